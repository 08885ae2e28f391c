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
        // The result must not count: the RFCs have private keys of these.
        let _ = verify_with(assertion, self.0.matching(&hint));
    }
}

/// RFC 7515 appendix A.3, RFC 8037 appendix A, and an RSA key whose private part was not kept.
const PUBLIC_KEYS: &str = concat!(
    r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#,
    r#""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},"#,
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},"#,
    r#"{"kty":"RSA","e":"AQAB","n":""#,
    "txQ5FQlCWOSnkrlmb7DK5U6MvAuYO4KTFrRcwRZ40e3Op1Lvhmlrr1ZgMBcSailXV3atmw6M6hzJkQDElmyx_r8YcTkX07KrDe9l",
    "TugFqenjFK75yLqezadTvNn77SK5EouXtD6Lzt6ANJXaVadx_-KwAz5y5cayhfRhlNhRY2L5vyG9rirSFrDOxWpHzKc7ghMMsuFH",
    "Q5nbC_yjk19m-",
    "6Pf5rVuxtDYBSlZQI6qdAr8ESmQcYTA2pMYSn8Fp5sPsdZRqRN0ex2XazXWn1K8Pd7b1QsZFYepFZRV0PeKSJAR3eSO3Gwq1DvUk",
    r#"UoRTrW3qs-Zg6VDBxARsBAcN01_Rw"}]}"#
);

#[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod tests {
    use super::*;

    #[test]
    fn cau_15_has_a_key_of_each_usual_type() {
        assert_eq!(Decoy::new().0.len(), 3);
    }
}
