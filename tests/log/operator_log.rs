//! What the log tells an operator: the facts of a refusal in one short line, whatever a stranger wrote.

use crate::common::*;
use crate::events::{Event, Log};
use serde_json::json;
use tracing::Level;

#[tokio::test]
async fn guard_without_the_layer_writes_the_same_events() {
    let world = World::new();
    let log = Log::listen();
    let (mut good, ()) = world.good_request().into_parts();
    let mut copy = good.clone();
    let admission = world.guard.check(&mut good).await.unwrap();
    assert_eq!(admission.subject(), Some("alice"));
    world.guard.check(&mut copy).await.unwrap_err();
    let [accepted, refused] = &log.events()[..] else {
        panic!("{:?}", log.events());
    };
    assert_eq!(accepted.level, Level::DEBUG);
    assert_eq!(refused.level, Level::WARN);
    assert_eq!(refused.text("kind"), "proof_replayed");
}

#[tokio::test]
async fn anon_01_accepted_request_without_credentials_is_an_event() {
    let world = World::with(sender_constraint::GuardBuilder::allow_anonymous_requests);
    let log = Log::listen();
    world.send(request("", "")).await.assert_passed();
    let early = http::Request::get("/a").header("early-data", "1");
    let refused = world.send(early.body(()).unwrap()).await;
    refused.assert_refused("425", "request_early_data");
    let [accepted, refused] = &log.events()[..] else {
        panic!("{:?}", log.events());
    };
    assert_eq!(accepted.level, Level::DEBUG);
    assert_eq!(
        accepted.text("message"),
        "request accepted without credentials"
    );
    assert_eq!(accepted.text("path"), "\"/a\"");
    assert_eq!(refused.text("kind"), "request_early_data");
}

#[tokio::test]
async fn preflight_is_an_event_like_any_refusal() {
    let world = World::new();
    let preflight = http::Request::options("/a")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET");
    let log = Log::listen();
    world
        .send(preflight.body(()).unwrap())
        .await
        .assert_refused("NOCRED", "credentials_missing");
    assert_eq!(log.events().len(), 1);
}

#[tokio::test]
async fn hostile_text_is_escaped_and_cut_in_the_log() {
    let hostile = format!(
        "x\r\nERROR \"admin\" \u{1b}[31m \u{202e} \u{2028} {}",
        "long".repeat(1000)
    );
    let world = World::new();
    let good = world.token().sign();
    let token = |token: Token| {
        let token = token.sign();
        let proof = world.proof(&token).sign();
        (token, proof)
    };
    let proof = |proof: Proof| (good.clone(), proof.sign());
    for (kind, (token, proof)) in [
        (
            "token_issuer",
            token(world.token().claim("iss", hostile.clone())),
        ),
        (
            "token_audience",
            token(world.token().claim("aud", hostile.clone())),
        ),
        (
            "token_audience",
            token(world.token().claim("aud", json!([hostile, hostile]))),
        ),
        (
            "token_type",
            token(world.token().header("typ", hostile.clone())),
        ),
        (
            "token_algorithm",
            token(world.token().header("alg", hostile.clone())),
        ),
        (
            "token_unknown_key",
            token(world.token().header("kid", &hostile[..200])),
        ),
        (
            "token_confirmation",
            token(world.token().claim("cnf", json!({"jkt": hostile}))),
        ),
        (
            "proof_type",
            proof(world.proof(&good).header("typ", hostile.clone())),
        ),
        (
            "proof_algorithm",
            proof(world.proof(&good).header("alg", hostile.clone())),
        ),
        (
            "proof_method",
            proof(world.proof(&good).claim("htm", hostile.clone())),
        ),
        (
            "proof_target_uri_form",
            proof(world.proof(&good).claim("htu", hostile.clone())),
        ),
        (
            "proof_target_uri",
            proof(
                world
                    .proof(&good)
                    .claim("htu", format!("{ORIGIN}/{}", "long".repeat(1000))),
            ),
        ),
    ] {
        let log = Log::listen();
        let answer = world.present(&token, &proof).await;
        assert_eq!(
            answer.kind(),
            kind,
            "{:.500}",
            answer.rejection().to_string()
        );
        let event = log.only_event();
        let reason = event.text("reason");
        assert!(is_one_short_line(reason), "{kind}: {reason:.500}");
    }
    world
        .present(&good, &world.proof(&good).sign())
        .await
        .assert_passed();
}

#[tokio::test]
async fn hostile_names_in_cnf_are_escaped_and_cut_in_the_log() {
    let world = World::new();
    let mut cnf = json!({"jkt": world.client.thumbprint()});
    for number in 0..8 {
        let name = format!("{number}\r\nERROR \"admin\" {}", "long".repeat(300));
        cnf[name] = json!(1);
    }
    let token = world.token().claim("cnf", cnf).sign();
    let log = Log::listen();
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
    let event = log.only_event();
    let reason = event.text("reason");
    assert!(reason.len() < 1600, "{} bytes", reason.len());
    assert!(!reason.contains(char::is_control), "{reason:.500}");
}

#[tokio::test]
async fn hostile_client_id_is_escaped_and_cut_in_the_log() {
    let world = World::new();
    let hostile = format!("x\r\nERROR \"admin\" {}", "long".repeat(1000));
    let token = world.token().claim("client_id", hostile).sign();
    let proof = world.proof(&token).sign();
    let log = Log::listen();
    world.present(&token, &proof).await.assert_passed();
    let event = log.only_event();
    let client_id = event.text("client_id");
    assert!(client_id.contains("ERROR"));
    assert!(is_one_short_line(client_id), "{client_id:.500}");
}

#[tokio::test]
async fn first_refusals_of_a_newcomer_say_what_was_expected_what_came_and_what_governs() {
    let world = World::new();
    let good = world.token().sign();
    let proof = |proof: Proof| (good.clone(), proof.sign());
    let token = |token: Token| {
        let token = token.sign();
        let proof = world.proof(&token).sign();
        (token, proof)
    };
    let other_origin = "https://localhost:3000/a";
    for (kind, (token, proof), facts) in [
        (
            "proof_target_uri",
            proof(world.proof(&good).claim("htu", other_origin)),
            &[
                other_origin,
                "https://rs.example.com/a",
                "Dpop::new",
                "Dpop::path_prefix",
            ][..],
        ),
        (
            "token_audience",
            token(world.token().claim("aud", "https://other.example.com")),
            &[
                "https://other.example.com",
                AUDIENCE,
                "`JwtVerifier::add_audience`",
            ],
        ),
        (
            "token_type",
            token(world.token().header("typ", json!(null))),
            &[
                "absent",
                "at+jwt",
                "Issuer::dialect",
                "Issuer::accept_untyped_tokens",
            ],
        ),
        (
            "token_type",
            token(world.token().header("typ", "JWT")),
            &[
                "\"JWT\"",
                "at+jwt",
                "Issuer::dialect",
                "Issuer::accept_untyped_tokens",
            ],
        ),
        (
            "proof_issued_too_long_ago",
            proof(world.proof(&good).claim("iat", NOW - 3600)),
            &["3600s", "60s", "behind", "Dpop::max_age", "clock"],
        ),
        (
            "proof_issued_in_future",
            proof(world.proof(&good).claim("iat", NOW + 3600)),
            &["3600s", "10s", "ahead", "Dpop::clock_skew", "clock"],
        ),
        (
            "token_expired",
            token(world.token().claim("exp", NOW - 3600)),
            &["3600s", "30s", "`leeway`"],
        ),
    ] {
        let log = Log::listen();
        let answer = world.present(&token, &proof).await;
        assert_eq!(answer.kind(), kind);
        assert_says(&log.only_event(), facts);
    }
    let log = Log::listen();
    let unbound = world
        .present_bearer(&Token::unbound(&world.issuer).sign())
        .await;
    assert_eq!(unbound.kind(), "binding_unbound_token");
    assert_says(
        &log.only_event(),
        &["no `cnf`", "DPoP-bound", "allow_unbound_tokens"],
    );
    world
        .present(&good, &world.proof(&good).sign())
        .await
        .assert_passed();
}

fn is_one_short_line(text: &str) -> bool {
    let is_odd = |c: char| c.is_control() || ['\u{202e}', '\u{2028}'].contains(&c);
    text.len() < 800 && !text.contains(is_odd)
}

/// A warning whose reason has these facts in it.
#[track_caller]
fn assert_says(event: &Event, facts: &[&str]) {
    assert_eq!(event.level, Level::WARN);
    let reason = event.text("reason");
    for fact in facts {
        assert!(reason.contains(fact), "{fact} in: {reason}");
    }
}

#[tokio::test]
async fn d4_refusals_of_one_kind_are_limited_in_a_second() {
    let world = World::new();
    let log = Log::listen();
    for _ in 0..1000 {
        world.send(request("DPoP junk", "")).await;
    }
    assert_eq!(log.events().len(), 10);
    // Another kind has a limit of its own.
    world.send(request("DPoP junk", "junk")).await;
    assert_eq!(log.events().len(), 11);
    let suppressed = |event: &Event| event.text_if_any("suppressed").map(str::to_owned);
    assert!(log.events().iter().all(|event| suppressed(event).is_none()));

    world.clock.advance(1);
    world.send(request("DPoP junk", "")).await;
    assert_eq!(log.events()[11].text("suppressed"), "990");
    world.send(request("DPoP junk", "")).await;
    assert_eq!(suppressed(&log.events()[12]), None);
}

#[tokio::test]
async fn d4_requests_without_credentials_do_not_use_up_the_limit_of_a_warning() {
    let world = World::new();
    let log = Log::listen();
    for _ in 0..100 {
        world.send(request("", "")).await;
    }
    let preflight = http::Request::options("/a")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET");
    world.send(preflight.body(()).unwrap()).await;
    let warnings = |event: &&Event| event.level == Level::WARN;
    assert_eq!(log.events().iter().filter(warnings).count(), 1);
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn handler_without_a_guard_is_an_error_with_its_route() {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use sender_constraint::Access;
    use tower::ServiceExt as _;

    let world = World::new();
    let log = Log::listen();
    let app: Router = Router::new()
        .layer(world.guard.layer())
        .route("/accounts/{id}", get(async |_: Access| "data"));
    let request = http::Request::get("/accounts/7").body(Body::empty());
    let response = app.oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), 500);
    let event = log.only_event();
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.text("route"), "/accounts/{id}");
    let message = event.text("message");
    assert!(
        message.contains("`.layer(guard.layer())` after"),
        "{message}"
    );
}
