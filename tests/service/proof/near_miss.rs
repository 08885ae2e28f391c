//! The log names the only difference between `htu` and the target of the request.

use crate::common::*;

#[tokio::test]
async fn dpop_22_text_names_the_only_difference() {
    let world = World::new();
    let token = world.token().sign();
    let target = format!("{ORIGIN}/accounts");
    for (htu, shown) in [
        (format!("{target}/"), Some("only in the final `/`")),
        (target.replace("https", "http"), Some("only in the scheme")),
        (
            target.replace(".com", ".com:8443"),
            Some("only in the port"),
        ),
        (
            target.replace("accounts", "Accounts"),
            Some("only in the letter case"),
        ),
        (format!("{ORIGIN}/payments"), None),
        // Cut off in the text, so that the rest is unknown.
        (format!("{target}{}", "a".repeat(200)), None),
    ] {
        let proof = world.proof(&token).claim("htu", htu.as_str()).sign();
        let mut request = request(&format!("DPoP {token}"), &proof);
        *request.uri_mut() = "/accounts".parse().unwrap();
        let answer = world.send(request).await;
        answer.assert_refused("PROOF", "proof_target_uri");
        let text = answer.rejection().to_string();
        match shown {
            Some(shown) => assert!(
                text.contains(&format!("{target:?} {shown}; configure")),
                "{text}"
            ),
            None => assert!(!text.contains("only in"), "{text}"),
        }
    }
}
