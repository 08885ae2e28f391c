//! Optional authentication: a request without any credentials passes as anonymous, and no other request does.

use crate::common::*;
use http::{HeaderValue, Request, Response, StatusCode};
use sender_constraint::cert::{Forwarded, TrustedPeers};
use sender_constraint::proof::Mtls;
use sender_constraint::{Access, Anonymous, ConfigError, Guard, GuardBuilder, Rejection};

use super::forwarded::{HEADER, PROXY, from};

fn optional() -> World {
    World::with(GuardBuilder::allow_anonymous_requests)
}

fn bare() -> Request<()> {
    request("", "")
}

#[tokio::test]
async fn anon_01_request_without_credentials_passes_without_an_access() {
    let world = optional();
    let answer = world.send(bare()).await;
    answer.assert_passed();
    assert!(answer.0.extensions().get::<Access>().is_none());
    assert!(answer.0.extensions().get::<Anonymous>().is_some());
    assert_eq!(answer.header("vary"), Some("Authorization"));

    let answer = world.send(world.good_request()).await;
    answer.assert_passed();
    assert_eq!(answer.access().subject(), Some("alice"));
    assert!(answer.0.extensions().get::<Anonymous>().is_none());
    assert_eq!(answer.header("vary"), Some("Authorization"));
    assert_eq!(answer.inner_headers(), <[String; 0]>::default());
}

#[tokio::test]
async fn anon_01_is_off_by_default() {
    let world = World::new();
    let answer = world.send(bare()).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    let answer = world.send(world.good_request()).await;
    answer.assert_passed();
    assert_eq!(answer.header("vary"), None);
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn anon_02_bad_credentials_are_refused_as_ever() {
    let (strict, world) = (World::new(), optional());
    let good = world.token().sign();
    let proof = || world.proof(&good).sign();
    let dpop = |token: &str| format!("DPoP {token}");
    let expired = world.token().claim("exp", NOW - 60).sign();
    let expired_proof = world.proof(&expired).sign();
    let mut repeated = request(&dpop(&good), &proof());
    let again = HeaderValue::from_str(&dpop(&good)).unwrap();
    repeated.headers_mut().append("authorization", again);
    for (request, kind) in [
        (request("", &proof()), "credentials_missing"),
        (request("", "garbage"), "credentials_missing"),
        (request(&dpop(&good), ""), "proof_missing"),
        (request(&dpop(&good), "garbage"), "proof_not_a_jws"),
        (
            request(&dpop("garbage"), &proof()),
            "proof_access_token_hash",
        ),
        (request(&dpop(&expired), &expired_proof), "token_expired"),
        (
            request(&format!("Bearer {good}"), ""),
            "binding_bound_token_as_bearer",
        ),
        (
            request(
                &format!("Bearer {}", Token::unbound(&world.issuer).sign()),
                "",
            ),
            "binding_unbound_token",
        ),
        (request("DPoP", ""), "credentials_malformed"),
        (request("Bearer a b", ""), "credentials_malformed"),
        (request("Basic YTpi", ""), "unsupported_scheme"),
        (request(" ", ""), "unsupported_scheme"),
        (repeated, "credentials_repeated"),
    ] {
        let expected = strict.send(request.clone()).await;
        let answer = world.send(request).await;
        assert_eq!(answer.rejection(), expected.rejection());
        assert_eq!(answer.0.headers(), expected.0.headers());
        assert!(answer.kind().ends_with(kind), "{} {kind}", answer.kind());
    }
    assert_eq!(world.calls(), 0);
    world.send(bare()).await.assert_passed();
}

#[tokio::test]
async fn anon_02_replayed_proof_does_not_make_a_request_anonymous() {
    let world = optional();
    let first = world.good_request();
    let again = first.clone();
    world.send(first).await.assert_passed();
    world
        .send(again)
        .await
        .assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn anon_02_query_token_is_a_credential_where_it_is_refused() {
    let in_query = || Request::get("/a?access_token=x").body(()).unwrap();
    optional().send(in_query()).await.assert_passed();
    let strict = World::with(|builder| builder.allow_anonymous_requests().refuse_query_tokens());
    let answer = strict.send(in_query()).await;
    answer.assert_refused("REQ", "credentials_query_token");
    strict.send(bare()).await.assert_passed();
}

#[tokio::test]
async fn anon_02_early_data_is_refused() {
    let early = || {
        let request = Request::get("/a").header("early-data", "1");
        request.body(()).unwrap()
    };
    let answer = optional().send(early()).await;
    answer.assert_refused("425", "request_early_data");
    let world = World::with(|builder| builder.allow_anonymous_requests().accept_early_data());
    world.send(early()).await.assert_passed();
}

#[tokio::test]
async fn anon_03_certificates_are_removed_and_bad_ones_refused() {
    let proxies = TrustedPeers::networks(["10.1.2.3"]).unwrap();
    let mtls = Mtls::new(Forwarded::rfc9440(proxies));
    let world = World::with(|builder| builder.mtls(mtls).allow_anonymous_requests());
    let with = |value: &'static str| {
        let mut request = from(&world, PROXY);
        let headers = request.headers_mut();
        headers.remove("authorization");
        headers.remove("dpop");
        headers.remove(HEADER);
        headers.insert("client-cert", HeaderValue::from_static(value));
        request
    };
    let answer = world.send(with("garbage")).await;
    assert_eq!(
        answer.status(),
        StatusCode::BAD_REQUEST,
        "{}",
        answer.kind()
    );
    assert_eq!(world.calls(), 0);

    let mut unforwarded = with("garbage");
    unforwarded.headers_mut().remove("client-cert");
    let client_cert = HeaderValue::from_static("x");
    unforwarded.headers_mut().insert("client_cert", client_cert);
    let answer = world.send(unforwarded).await;
    answer.assert_passed();
    assert_eq!(answer.inner_headers(), <[String; 0]>::default());
}

#[tokio::test]
async fn anon_03_certificate_headers_are_in_no_response() {
    let echo = tower::service_fn(async |_: Request<()>| {
        let mut response = Response::new(String::new());
        let value = HeaderValue::from_static("AA==");
        response.headers_mut().insert("client-cert", value);
        Ok::<_, std::convert::Infallible>(response)
    });
    let service = tower::Layer::layer(&optional().guard.layer(), echo);
    let response = tower::ServiceExt::oneshot(service, bare()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("client-cert"));
}

#[tokio::test]
async fn anon_04_gateway_learns_that_there_is_no_access() {
    let guard = optional().guard;
    let (mut head, ()) = bare().into_parts();
    let admission = guard.check_optional(&mut head).await.unwrap();
    assert!(admission.access().is_none());
    let anonymous = admission.as_anonymous().unwrap();
    let challenged: Response<String> = anonymous.error_response(&head);
    assert_eq!(challenged.status(), StatusCode::UNAUTHORIZED);
    let rejection = challenged.extensions().get::<Rejection>().unwrap();
    assert_eq!(rejection.kind(), "credentials_missing");
    let strict = guard.check(&mut head).await.unwrap_err();
    assert_eq!(rejection, &strict);
    let expected: Response<String> = guard.error_response(&strict, &head);
    assert_eq!(challenged.headers(), expected.headers());
    assert!(challenged.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn anon_04_check_optional_is_as_strict_as_the_guard() {
    let world = World::new();
    let (mut head, ()) = bare().into_parts();
    let rejection = world.guard.check_optional(&mut head).await.unwrap_err();
    assert_eq!(rejection.kind(), "credentials_missing");
    let (mut head, ()) = world.good_request().into_parts();
    let admission = world.guard.check_optional(&mut head).await.unwrap();
    assert_eq!(admission.access().and_then(Access::subject), Some("alice"));
    assert!(admission.as_anonymous().is_none());
}

/// The outer guard removed the credentials: the request is not anonymous.
#[tokio::test]
async fn anon_04_second_guard_is_a_mistake_of_the_set_up() {
    let world = optional();
    let answer = world.send(world.good_request()).await;
    let mut inner = bare();
    inner.extensions_mut().insert(answer.access().clone());
    let answer = world.send(inner).await;
    answer.assert_refused("500", "credentials_already_checked");
}

#[test]
fn anon_01_accepts_no_configuration_that_accepts_nothing_else() {
    let world = World::new();
    let guard = world.guard.to_builder().allow_anonymous_requests().build();
    assert!(guard.is_ok());
    let set = serde_json::json!({"keys": [world.issuer.published("k1")]});
    let keys = sender_constraint::keys::StaticKeys::from_json(&set.to_string()).unwrap();
    let tokens = sender_constraint::token::JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let nothing = Guard::builder(tokens).allow_anonymous_requests().build();
    assert_eq!(nothing.unwrap_err(), ConfigError::NothingAccepted);
}
