//! Hostile bytes: answered, never a panic.

use proptest::prelude::*;
use sender_constraint::token_endpoint::{CertificateName, Parameters, RegisteredCertificates};

use super::world::{World, form, head_with};

proptest! {
    #[test]
    fn cau_18_any_form_is_parsed_or_refused(
        text in prop_oneof![".{0,64}", "([ab]=[%+0-9a-f]{0,6}&?){0,6}"]
    ) {
        if let Ok(parameters) = Parameters::parse(text.as_bytes()) {
            for name in ["a", "b"] {
                prop_assert!(parameters.values(name).count() <= 1);
            }
        }
    }

    #[test]
    fn cau_20_any_name_is_parsed_or_refused(text in "(CN|O|2\\.5|=|,|\\+|\\\\|#|[0-9a-f ]|\\PC){0,12}") {
        let named = CertificateName::subject_dn(&text).is_ok();
        prop_assert!(!named || text.contains('='));
        let _ = CertificateName::san_dns(&text);
        let _ = CertificateName::san_uri(&text);
        let _ = CertificateName::san_email(&text);
        let _ = RegisteredCertificates::from_jwk_set(&text);
    }

    #[test]
    fn cau_17_any_assertion_is_refused(text in "[A-Za-z0-9_.{}\"-]{0,40}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let text = text.replace(['{', '}', '"'], "%7B");
        let answer = runtime.block_on(World::new().ask(&form(&text)));
        prop_assert!(answer.is_err());
    }

    #[test]
    fn cau_22_any_authorization_is_refused(text in "(Basic )?[ -~]{0,24}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let head = head_with("authorization", &text);
        prop_assert!(runtime.block_on(World::new().ask_with(&head, "")).is_err());
    }
}
