//! What the log says of each outcome, and that no token and no proof is ever shown: not in the log, not in
//! challenges, not by `Debug` or `Display`.

mod refusals;
mod requirements;

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::common::*;
use crate::events::Log;
use refusals::refusals;
use requirements::requirements;
use sender_constraint::Access;
use sender_constraint::token::PresentedToken;
use tracing::Level;

#[tokio::test]
async fn http_05_each_refusal_is_one_event_with_kind_and_reason_and_no_secret() {
    let _log = Log::listen();
    let mut kinds = BTreeSet::new();
    for case in refusals().into_iter().chain(requirements()) {
        let kind = case.kind;
        let secrets = secrets(&case.token, &case.proof);
        if kind == "proof_replayed" {
            case.world.send(case.request.clone()).await.assert_passed();
        }
        let log = Log::listen();
        let answer = case.world.send(case.request).await;
        assert_eq!(answer.kind(), kind, "{}", answer.rejection());

        let (event, message) = if kind.starts_with("requirement_") {
            let [accepted, refused] = <[_; 2]>::try_from(log.events()).unwrap();
            assert_eq!(accepted.text("message"), "request accepted");
            (refused, "accepted request refused")
        } else {
            (log.only_event(), "request refused")
        };
        assert_eq!(event.text("message"), message);
        assert_eq!(event.text("kind"), kind);
        assert_eq!(event.text("reason"), answer.rejection().to_string());
        assert_eq!(event.level, level(kind, &answer), "{kind}");
        let row = format!("| `{kind}` | {} | ", answer.status().as_u16());
        assert!(
            include_str!("../../src/guide/refusals.rs").contains(&row),
            "{row}"
        );
        assert!(is_one_short_line(event.text("reason")), "{event:?}");

        let rejection = answer.rejection();
        let shown = format!(
            "{event:?} {rejection:?} {rejection:#?} {:?}",
            answer.0.headers()
        );
        for secret in &secrets {
            assert!(
                !shown.contains(secret.as_str()),
                "{kind}: {secret} in {shown}"
            );
        }
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 95, "one case for each reason: {kinds:?}");
}

#[tokio::test]
async fn accepted_request_is_one_quiet_event_without_secrets() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    let log = Log::listen();
    world.present(&token, &proof).await.assert_passed();
    let event = log.only_event();
    assert_eq!(event.level, Level::DEBUG);
    assert_eq!(event.text("message"), "request accepted");
    assert_eq!(event.text("client_id"), "\"app\"");
    assert_shows_none(&event, &secrets(&token, &proof));
}

#[tokio::test]
async fn http_20_debug_of_what_saw_a_token_does_not_show_it() {
    let _log = Log::listen();
    let world = World::new();
    let token = world.token().claim("email", "alice@example.com").sign();
    let proof = world.proof(&token).sign();
    let mut secrets = secrets(&token, &proof);
    let answer = world.present(&token, &proof).await;
    answer.assert_passed();
    let access: &Access = answer.access();
    assert!(format!("{access:?}").contains("alice"));
    assert_shows_none(&PresentedToken::new(&token), &secrets);
    assert_shows_none(access, &secrets);
    // Bytes count as well, and so do claims that are nobody's business.
    secrets.extend(
        secrets
            .clone()
            .iter()
            .map(|secret| format!("{:?}", secret.as_bytes())),
    );
    secrets.push("alice@example.com".to_owned());
    assert_shows_none(access, &secrets);
    assert_shows_none(&world.guard, &secrets);
    assert_shows_none(&world.guard.layer(), &secrets);
}

/// The token, the proof, and every part of them.
fn secrets(token: &str, proof: &str) -> Vec<String> {
    let whole = [token, proof].into_iter();
    let parts = whole.clone().flat_map(|text| text.split('.'));
    let mut secrets: Vec<_> = whole.chain(parts).map(str::to_owned).collect();
    secrets.retain(|secret| secret.len() >= 16);
    assert!(!secrets.is_empty());
    secrets
}

#[track_caller]
fn assert_shows_none(shown: &impl Debug, secrets: &[String]) {
    let shown = format!("{shown:?} {shown:#?}");
    for secret in secrets {
        assert!(!shown.contains(secret.as_str()), "shows {secret:.100}");
    }
}

/// The operator's trouble is loud, a stranger without credentials is not.
fn level(kind: &str, answer: &Answer) -> Level {
    let is_quiet = [
        "credentials_missing",
        "proof_nonce_expired",
        "proof_nonce_missing",
        "proof_nonce_missing_on_skew",
    ];
    match answer.status().as_u16() {
        500 | 503 => Level::ERROR,
        _ if is_quiet.contains(&kind) => Level::DEBUG,
        _ => Level::WARN,
    }
}

fn is_one_short_line(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || ['\u{202e}', '\u{2028}'].contains(&c);
    text.len() < 800 && !text.contains(is_odd)
}
