//! Proofs of RFC 9449 section 4.3: the cases of `vectors/proofs.json`, rule by rule, and the RFC's own example.

mod alter;
mod case;
mod change;

use sender_constraint::future::MaybeReady;
use std::sync::Arc;

use crate::common::*;
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
use sender_constraint::{Digest, Guard};
use serde_json::{Value, json};

/// One test for each rule, and the list of them.
macro_rules! rules {
    ($($test:ident: $rule:literal,)*) => {
        const RULES: &[&str] = &[$($rule),*];
        $(
            #[tokio::test]
            async fn $test() {
                assert_cases($rule).await;
            }
        )*
    };
}

rules! {
    dpop_01_takes_one_header_line: "DPOP-01",
    dpop_02_takes_one_compact_jws: "DPOP-02",
    dpop_03_requires_typ_alg_jwk: "DPOP-03",
    dpop_04_requires_jti_htm_htu_iat: "DPOP-04",
    dpop_05_requires_ath: "DPOP-05",
    dpop_06_compares_typ_as_media_type: "DPOP-06",
    dpop_07_refuses_alg_outside_the_list: "DPOP-07",
    dpop_08_refuses_private_and_secret_keys: "DPOP-08",
    dpop_09_refuses_bad_signature: "DPOP-09",
    dpop_10_holds_alg_against_key: "DPOP-10",
    dpop_11_takes_fixed_length_ecdsa_in_range: "DPOP-11",
    dpop_12_refuses_points_off_the_curve: "DPOP-12",
    dpop_13_bounds_rsa_keys: "DPOP-13",
    dpop_14_refuses_crit_and_repeated_members: "DPOP-14",
    dpop_15_ignores_key_references: "DPOP-15",
    dpop_16_ignores_unknown_members: "DPOP-16",
    dpop_17_enforces_exp_and_nbf: "DPOP-17",
    dpop_18_takes_strict_base64url: "DPOP-18",
    dpop_19_bounds_the_size: "DPOP-19",
    dpop_20_refuses_proof_for_other_method: "DPOP-20",
    dpop_21_refuses_proof_for_other_uri: "DPOP-21",
    dpop_28_refuses_proof_for_other_token: "DPOP-28",
    dpop_40_refuses_proof_outside_the_window: "DPOP-40",
    dpop_41_grants_a_little_future: "DPOP-41",
    dpop_42_takes_numeric_dates: "DPOP-42",
    dpop_56_bounds_jti: "DPOP-56",
    jose_03_pins_eddsa_to_ed25519: "JOSE-03",
    jose_06_thumbprint_ignores_spelling_and_other_members: "JOSE-06",
    jose_07_refuses_non_canonical_members: "JOSE-07",
    jose_10_kid_of_a_proof_is_ignored: "JOSE-10",
    jose_11_refuses_keys_not_for_signatures: "JOSE-11",
    jose_12_public_key_is_no_hmac_secret: "JOSE-12",
    jose_13_takes_compact_serialisation_only: "JOSE-13",
    jose_14_takes_strict_json: "JOSE-14",
    jose_16_verifies_ed25519_strictly: "JOSE-16",
}

#[test]
fn every_case_belongs_to_a_rule_with_a_test() {
    for case in case::cases() {
        assert!(!case.rules.is_empty(), "{}", case.id);
        for rule in &case.rules {
            assert!(RULES.contains(&rule.as_str()), "{}: {rule}", case.id);
        }
    }
}

#[tokio::test]
async fn rfc_9449_example_passes_at_its_time() {
    let example = Example::new();
    let answer = example.send().await;
    answer.assert_passed();
    let jkt = Digest::from_base64url(example.text("jkt")).unwrap();
    assert_eq!(answer.access().sender().jkt(), Some(&jkt));
    example
        .send()
        .await
        .assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn rfc_9449_example_passes_within_the_window_only() {
    for (offset, kind) in [
        (-11, "proof_issued_in_future"),
        (61, "proof_issued_too_long_ago"),
    ] {
        let example = Example::new();
        example.at(offset);
        example.send().await.assert_refused("PROOF", kind);
        example.at(offset - offset.signum());
        example.send().await.assert_passed();
    }
}

#[tokio::test]
async fn rfc_9449_example_is_bound_to_its_token_method_and_path() {
    let example = Example::new();
    let good = || example.request();
    let mut other_token = good();
    let scheme = "DPoP another".parse().unwrap();
    other_token.headers_mut().insert("authorization", scheme);
    let mut other_method = good();
    *other_method.method_mut() = http::Method::POST;
    let mut other_path = good();
    *other_path.uri_mut() = "/other".parse().unwrap();
    let mut proof_for_the_token_endpoint = good();
    let proof = example.text("token_request_proof").parse().unwrap();
    proof_for_the_token_endpoint
        .headers_mut()
        .insert("dpop", proof);
    for (request, kind) in [
        (other_token, "proof_access_token_hash"),
        (other_method, "proof_method"),
        (other_path, "proof_target_uri"),
        (proof_for_the_token_endpoint, "proof_missing_claim"),
    ] {
        example
            .world
            .send(request)
            .await
            .assert_refused("PROOF", kind);
    }
    example.world.send(good()).await.assert_passed();
}

/// Runs the cases of a rule, each in a guard that knows the client and in one that does not.
async fn assert_cases(rule: &str) {
    let mut ran = 0;
    let mut failures = Vec::new();
    let has_rule = |case: &case::Case| case.rules.iter().any(|each| each == rule);
    for case in case::cases().into_iter().filter(has_rule) {
        ran += 1;
        for warm in [true, false] {
            failures.extend(case.run(warm).await.err());
        }
    }
    assert!(ran > 0, "no case for {rule}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The resource request of RFC 9449 section 7.1, with its opaque token.
struct Example {
    data: Value,
    world: World,
}

/// Knows the RFC's token, and that it is bound to the RFC's key.
#[derive(Debug)]
struct OneToken {
    text: String,
    jkt: String,
}

impl TokenVerifier for OneToken {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        // Another token is as good, and bound to the same key.
        let subject = if token.expose_secret() == self.text {
            "rfc"
        } else {
            "other"
        };
        let claims = json!({
            "iss": ISSUER, "sub": subject, "exp": NOW, "cnf": {"jkt": self.jkt},
        });
        MaybeReady::ready(
            AccessToken::from_verified_claims(claims.to_string().as_bytes()).map(Arc::new),
        )
    }
}

impl Example {
    fn new() -> Self {
        let data: Value = serde_json::from_str(include_str!("../../vectors/rfc9449.json")).unwrap();
        let field = |name: &str| data[name].as_str().unwrap().to_owned();
        let tokens = OneToken {
            text: field("access_token"),
            jkt: field("jkt"),
        };
        let mut world = World::new();
        let dpop = Dpop::new("https://resource.example.org").unwrap();
        let guard = Guard::builder(tokens).dpop(dpop).clock(world.clock.clone());
        world.guard = guard.build().unwrap();
        let example = Self { data, world };
        example.at(0);
        example
    }

    /// Sets the clock, in seconds after the proof was made.
    fn at(&self, offset: i64) {
        let iat = self.data["resource_proof_claims"]["iat"].as_u64().unwrap();
        self.world
            .clock
            .set(iat.checked_add_signed(offset).unwrap());
    }

    fn text(&self, name: &str) -> &str {
        self.data[name].as_str().unwrap()
    }

    fn request(&self) -> http::Request<()> {
        let authorization = format!("DPoP {}", self.text("access_token"));
        let mut request = request(&authorization, self.text("resource_proof"));
        *request.uri_mut() = "/protectedresource".parse().unwrap();
        request
    }

    async fn send(&self) -> Answer {
        self.world.send(self.request()).await
    }
}
