//! Whatever is forwarded: no panic, no certificate out of garbage, and what proxies write is read.

use crate::certificates::*;
use proptest::prelude::*;
use sender_constraint::cert::{CertError, HeaderFormat};

proptest! {
    #[test]
    fn what_is_encoded_is_read(filler in prop::collection::vec(any::<u8>(), 0..2000)) {
        let der = outline(&filler);
        for form in FORMS {
            prop_assert_eq!(read(form, encode(form, &der)), Ok(Some(thumbprint(&der))));
        }
    }

    #[test]
    fn garbage_is_never_a_certificate(value in "[ -~\t\u{80}-\u{ff}]{1,200}", form in 0..FORMS.len()) {
        let read = read(FORMS[form], &value);
        prop_assert!(read.is_err() || (read == Ok(None) && value.trim_ascii().is_empty()));
    }

    #[test]
    fn bytes_in_the_right_wrapping_are_not_yet_a_certificate(
        der in prop::collection::vec(any::<u8>(), 1..300),
        form in 0..FORMS.len(),
    ) {
        let form = FORMS[form];
        prop_assume!(!matches!(form, HeaderFormat::Sha256Hex | HeaderFormat::Sha256Base64));
        prop_assert_eq!(read(form, encode(form, &der)), Err(CertError::NotACertificate));
    }

    /// A changed byte leads to an error or to another certificate, never to none.
    #[test]
    fn damage_is_never_no_certificate(
        form in 0..FORMS.len(),
        at in any::<prop::sample::Index>(),
        byte in 0x20..0x7fu8,
    ) {
        let form = FORMS[form];
        let mut value = encode(form, &rfc_8705()).into_bytes();
        let at = at.index(value.len());
        value[at] = byte;
        prop_assert_ne!(read(form, value), Ok(None));
    }
}
