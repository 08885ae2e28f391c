//! Keys of nobody: an assertion of an unknown client costs a verification too, so that the time of a refusal does not
//! tell which clients are registered.

use super::signature::verify_with;
use super::unverified::UnverifiedAssertion;
use crate::keys::{KeyHint, KeySet};

/// One key for each usual type.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoy(KeySet);

impl Decoy {
    pub(super) fn new() -> Self {
        Self(KeySet::from_json(PUBLIC_KEYS.as_bytes()).unwrap_or_default())
    }

    /// Verifies the signature in vain.
    pub(super) fn verify(&self, assertion: &UnverifiedAssertion<'_>) {
        let hint = KeyHint::new(None, assertion.algorithm);
        // The result must not count: the private keys are in the RFCs.
        let _ = verify_with(assertion, self.0.matching(&hint));
    }
}

/// RFC 7515 appendixes A.2 and A.3, RFC 8037 appendix A.
const PUBLIC_KEYS: &str = concat!(
    r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#,
    r#""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},"#,
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},"#,
    r#"{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"#,
    "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-",
    "bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5",
    r#"IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTqb54h4FRWyuXpoQ"}]}"#
);

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;

    #[test]
    fn cau_15_has_a_key_of_each_usual_type() {
        assert_eq!(Decoy::new().0.len(), 3);
    }
}
