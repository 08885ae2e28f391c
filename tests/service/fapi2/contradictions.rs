//! Settings that contradict the profile are refused when the guard is built, with both names.

use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::exceptions::Exceptions;
use sender_constraint::jose::Algorithm;
use sender_constraint::proof::{NonceSecrets, Nonces, Rollovers};
use sender_constraint::token::{Issuer, JwtVerifier};

use super::*;
use crate::guard::config_verdict::{accept, keys};

fn tokens() -> JwtVerifier {
    JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap()
}

fn dpop() -> Dpop {
    Dpop::new(ORIGIN).unwrap()
}

fn builder() -> GuardBuilder {
    Guard::fapi2(tokens()).dpop(dpop())
}

/// Refused with the name of the profile and these facts.
#[track_caller]
fn assert_contradicts(builder: GuardBuilder, setting: &str, rule: &str) {
    let error = builder
        .build()
        .err()
        .unwrap_or_else(|| panic!("accepted {setting}"));
    assert!(matches!(error, ConfigError::Profile { .. }), "{error}");
    let text = error.to_string();
    for fact in ["`Guard::fapi2`", setting, rule] {
        assert!(text.contains(fact), "{fact} in {text}");
    }
}

#[test]
fn fapi_06_no_setting_accepts_what_is_not_sender_constrained() {
    accept(builder().build());
    let rule = "sender-constrained";
    assert_contradicts(
        builder().allow_unbound_tokens(),
        "`allow_unbound_tokens`",
        rule,
    );
    let reported = builder().allow_and_report_unbound_tokens();
    assert_contradicts(reported, "`allow_and_report_unbound_tokens`", rule);
    let excepted = builder().exceptions(Exceptions::default());
    assert_contradicts(excepted, "`GuardBuilder::exceptions`", rule);
    let rolled = builder().rollovers(Rollovers::new());
    assert_contradicts(rolled, "`GuardBuilder::rollovers`", rule);
    let anonymous = builder().allow_anonymous_requests();
    assert_contradicts(anonymous, "`allow_anonymous_requests`", rule);
    assert_contradicts(
        builder().accept_early_data(),
        "`accept_early_data`",
        "BCP 195",
    );
    // Neither DPoP nor mutual TLS.
    assert_contradicts(
        Guard::fapi2(tokens()),
        "without `dpop(..)` and `mtls(..)`",
        rule,
    );
}

#[test]
fn fapi_06_derived_guards_keep_the_profile() {
    let guard = builder().build().unwrap();
    accept(guard.to_builder().realm("accounts").build());
    let loosened = guard.to_builder().allow_unbound_tokens();
    assert_contradicts(loosened, "`allow_unbound_tokens`", "sender-constrained");
}

#[test]
fn fapi_07_named_algorithms_are_those_of_the_profile() {
    let dpop_of = |algorithm| dpop().algorithms([Algorithm::Es256, algorithm]).unwrap();
    let tokens_of = |algorithm| {
        let issuer = Issuer::new(ISSUER, keys()).unwrap();
        let issuer = issuer.algorithms([Algorithm::Es256, algorithm]).unwrap();
        JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap()
    };
    for algorithm in Algorithm::ALL {
        let of_proofs = Guard::fapi2(tokens()).dpop(dpop_of(algorithm));
        let of_tokens = Guard::fapi2(tokens_of(algorithm)).dpop(dpop());
        if Algorithm::FAPI.contains(&algorithm) {
            accept(of_proofs.build());
            accept(of_tokens.build());
        } else {
            let setting = format!("{algorithm} in `Dpop::algorithms`");
            assert_contradicts(of_proofs, &setting, "PS256, ES256 and EdDSA");
            let setting = format!("{algorithm} in `Issuer::algorithms`");
            assert_contradicts(of_tokens, &setting, "PS256, ES256 and EdDSA");
        }
    }
}

#[test]
fn fapi_10_clock_rules_cannot_be_left() {
    let rule = "timestamps up to 10 s ahead";
    let skewed = |seconds| Guard::fapi2(tokens()).dpop(dpop().clock_skew(seconds).unwrap());
    accept(skewed(Duration::from_secs(10)).build());
    accept(skewed(Duration::from_secs(60)).build());
    assert_contradicts(
        skewed(Duration::from_millis(9_999)),
        "`Dpop::clock_skew`",
        rule,
    );
    let nonces = Nonces::on_clock_skew(NonceSecrets::random().unwrap());
    assert_contradicts(
        Guard::fapi2(tokens()).dpop(dpop().nonces(nonces)),
        "`Nonces::on_clock_skew`",
        rule,
    );
    let lenient = |leeway| Guard::fapi2(tokens().leeway(leeway).unwrap()).dpop(dpop());
    accept(lenient(Duration::from_secs(10)).build());
    accept(lenient(Duration::from_secs(60)).build());
    for seconds in [9, 61] {
        let lenient = lenient(Duration::from_secs(seconds));
        assert_contradicts(
            lenient,
            &format!("{seconds} s (`JwtVerifier::leeway`)"),
            rule,
        );
    }
    let aged = |age| Guard::fapi2(tokens()).dpop(dpop().max_age(age).unwrap());
    accept(aged(Duration::from_secs(10)).build());
    assert_contradicts(
        aged(Duration::from_secs(9)),
        "`Dpop::max_age`",
        "10 s behind",
    );
}

#[test]
fn fapi_01_plain_http_beyond_loopback_is_refused() {
    let rule = "only https";
    accept(
        Guard::fapi2(tokens())
            .dpop(Dpop::new("http://127.0.0.1:8080").unwrap())
            .build(),
    );
    accept(
        Guard::fapi2(tokens())
            .dpop(Dpop::over_insecure_http(ORIGIN).unwrap())
            .build(),
    );
    let plain = "http://rs.example.com";
    let first = Dpop::over_insecure_http(plain).unwrap();
    assert_contradicts(Guard::fapi2(tokens()).dpop(first), plain, rule);
    let second = dpop()
        .also_over_insecure_http("http://rs.example.eu")
        .unwrap();
    assert_contradicts(
        Guard::fapi2(tokens()).dpop(second),
        "http://rs.example.eu",
        rule,
    );
    let issuer = Issuer::over_insecure_http("http://as.example.com", keys()).unwrap();
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    let setting = "`RemoteKeysBuilder::allow_insecure_http`";
    assert_contradicts(Guard::fapi2(tokens).dpop(dpop()), setting, rule);
}
