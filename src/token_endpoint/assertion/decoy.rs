//! Decoy keys: an assertion of an unknown client, or with an unknown key, is verified too, so that the time of a
//! refusal does not tell which clients and keys are registered.

use super::unverified::UnverifiedAssertion;
use crate::keys::{KeyHint, KeySet};

/// One key for each usual type.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoy(KeySet);

impl Decoy {
    pub(super) fn new() -> Self {
        Self(KeySet::from_json(PUBLIC_KEYS.as_bytes()).unwrap_or_default())
    }

    /// Verifies the signature with the decoy key of the algorithm.
    pub(super) fn verify(&self, assertion: &UnverifiedAssertion<'_>) {
        let hint = KeyHint::new(None, assertion.algorithm);
        let keys = self.0.matching(&hint);
        #[cfg(test)]
        tests::VERIFICATIONS.with(|count| count.set(count.get() + keys.len()));
        // The result must not count: the RFCs have private keys of these.
        let _ = assertion.signed().signer_among(keys, &hint);
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    thread_local! {
        /// Of this test: each has a thread of its own.
        pub(super) static VERIFICATIONS: Cell<usize> = const { Cell::new(0) };
    }

    #[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
    mod calls {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        use http::Request;

        use super::super::*;
        use super::VERIFICATIONS;
        use crate::crypto::Digest;
        use crate::keys::StaticKeys;
        use crate::time::{Clock, Timestamp};
        use crate::token_endpoint::{
            Client, ClientAssertions, ClientAuthenticator, RegisteredCertificates, StaticClients,
        };

        #[derive(Debug)]
        struct Epoch;

        impl Clock for Epoch {
            fn now(&self) -> Timestamp {
                Timestamp::from_unix_seconds(0)
            }
        }

        /// `app` has the key `k1` for ES256, and `shop` a certificate.
        fn authenticator() -> ClientAuthenticator {
            let keys = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"k1",
                "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
            let app = Client::private_key_jwt("app", StaticKeys::from_json(keys).unwrap());
            let certificates = RegisteredCertificates::new([Digest::sha256(b"x")]).unwrap();
            let shop = Client::self_signed_tls_client_auth("shop", certificates);
            let clients = StaticClients::new([app.unwrap(), shop.unwrap()]).unwrap();
            let rules = ClientAssertions::new("https://as.example.com").unwrap();
            ClientAuthenticator::new(rules, clients).clock(Epoch)
        }

        /// The kind of the refusal, and the number of verifications with a decoy key.
        async fn judge(client: &str, kid: &str, alg: &str) -> (&'static str, usize) {
            let header =
                format!(r#"{{"typ":"client-authentication+jwt","alg":"{alg}","kid":"{kid}"}}"#);
            let claims = format!(
                r#"{{"iss":"{client}","sub":"{client}","aud":"https://as.example.com","jti":"j","exp":60}}"#
            );
            let [header, claims, signature] = [header.as_bytes(), claims.as_bytes(), &[1; 64]]
                .map(|part| URL_SAFE_NO_PAD.encode(part));
            let body = format!(
                "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer\
                 &client_assertion={header}.{claims}.{signature}"
            );
            let request =
                Request::post("/token").header("content-type", "application/x-www-form-urlencoded");
            let head = request.body(()).unwrap().into_parts().0;
            VERIFICATIONS.set(0);
            let answer = authenticator().authenticate(&head, body.as_bytes()).await;
            (answer.unwrap_err().kind(), VERIFICATIONS.get())
        }

        #[test]
        fn cau_15_has_a_key_of_each_usual_type() {
            assert_eq!(Decoy::new().0.len(), 3);
        }

        #[tokio::test]
        async fn cau_15_an_assertion_without_a_key_is_verified_with_a_decoy() {
            for (client, kid, alg, kind) in [
                ("other", "k1", "ES256", "client_unknown_client"),
                ("other", "k1", "PS256", "client_unknown_client"),
                ("app", "k2", "ES256", "assertion_unknown_key"),
                ("app", "k1", "EdDSA", "assertion_unknown_key"),
                ("app", "k1", "PS256", "assertion_unknown_key"),
                ("shop", "k1", "ES256", "client_method"),
            ] {
                assert_eq!(
                    judge(client, kid, alg).await,
                    (kind, 1),
                    "{client} {kid} {alg}"
                );
            }
            assert_eq!(
                judge("app", "k1", "ES256").await,
                ("assertion_signature", 0)
            );
        }
    }
}
