//! `DPoP-Nonce` of responses, and the headers with it (DPOP-44, DPOP-49 to DPOP-51, DPOP-94, DPOP-96, DPOP-97, RESP-18 to
//! RESP-20, RESP-34, RESP-36).

use std::convert::Infallible;

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use sender_constraint::cors::EXPOSED_HEADERS;
use sender_constraint::proof::{Dpop, Nonces};
use sender_constraint::{Anonymous, Guard};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::world::{
    issue, issue_at, nonce_of, nonces_of, on_clock_skew, required, secrets, send, send_nonce,
};
use crate::common::*;

const ALGS: &str = r#"DPoP algs="ES256 ES384 EdDSA Ed25519 PS256""#;

fn challenge(description: &str) -> String {
    format!(r#"{ALGS}, error="use_dpop_nonce", error_description="{description}""#)
}

#[tokio::test]
async fn resp_18_19_20_exact_challenges() {
    let expired = issue_at(&required(), NOW - 120);
    for (world, nonce, description) in [
        (
            required(),
            None,
            "Resource server requires nonce in DPoP proof",
        ),
        (
            required(),
            Some(expired),
            "Resource server requires a new nonce in DPoP proof",
        ),
        (
            on_clock_skew(),
            None,
            "DPoP proof is not within the accepted time window: a nonce is required",
        ),
    ] {
        let answer = send(&world, |proof| {
            let proof = proof.claim("iat", NOW - 3600);
            match nonce {
                Some(nonce) => proof.claim("nonce", nonce),
                None => proof,
            }
        });
        let answer = answer.await;
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.challenges(), [challenge(description)]);
        assert_eq!(nonce_of(&answer), issue(&world));
        let caching: Vec<_> = answer.0.headers().get_all(CACHE_CONTROL).iter().collect();
        assert_eq!(caching, ["no-store"]);
        assert_eq!(answer.rejection().error(), Some("use_dpop_nonce"));
        assert_eq!(answer.rejection().error_description(), Some(description));
        assert_eq!(answer.rejection().status(), 401);
    }
}

#[tokio::test]
async fn resp_19_dpop_is_the_first_challenge() {
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        let dpop = dpop.nonces(Nonces::required(secrets(0)));
        Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
    });
    let answer = send(&world, |proof| proof).await;
    let dpop = challenge("Resource server requires nonce in DPoP proof");
    assert_eq!(answer.challenges(), [&dpop, r#"Bearer realm="api""#]);
}

#[tokio::test]
async fn resp_18_date_stands_on_the_challenge_for_a_wrong_clock() {
    let world = on_clock_skew();
    let answer = send(&world, |proof| proof.claim("iat", NOW + 3600));
    let date = "Thu, 01 Jan 2026 00:00:00 GMT";
    assert_eq!(answer.await.header("date"), Some(date));
}

#[tokio::test]
async fn where_nonces_are_required_every_401_has_one() {
    for (world, has_nonce) in [(required(), true), (on_clock_skew(), false)] {
        let token = world.token().sign();
        let good = world.proof(&token);
        let authorization = format!("DPoP {token}");
        for (request, status) in [
            (request("", ""), 401),
            (request("Basic eDp5", ""), 401),
            (request(&authorization, ""), 401),
            (request(&authorization, "a.b.c"), 401),
            (request("DPoP a", &world.proof("a").sign()), 401),
            (request(&format!("Bearer {token}"), ""), 401),
            (
                request(&authorization, &good.clone().claim("htm", "PUT").sign()),
                401,
            ),
            (request("DPoP a b", ""), 400),
            (request(&authorization, &"a".repeat(9000)), 431),
        ] {
            let answer = world.send(request).await;
            assert_eq!(answer.status(), status);
            assert_ne!(answer.rejection().error(), Some("use_dpop_nonce"));
            let expected = usize::from(has_nonce && status == 401);
            assert_eq!(nonces_of(&answer).len(), expected, "{}", answer.rejection());
        }
    }
}

#[tokio::test]
async fn anonymous_requests_get_a_nonce_with_the_challenge_of_a_handler_only() {
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        let dpop = dpop.nonces(Nonces::required(secrets(0)));
        Guard::builder(tokens).dpop(dpop).allow_anonymous_requests()
    });
    let answer = world.send(request("", "")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("dpop-nonce"), None);
    let anonymous: &Anonymous = answer.0.extensions().get().unwrap();
    let (head, ()) = request("", "").into_parts();
    let refused: Response<String> = anonymous.error_response(&head);
    assert_eq!(refused.headers()["dpop-nonce"], issue(&world).as_str());
}

#[tokio::test]
async fn dpop_49_97_exactly_one_nonce_and_never_that_of_an_inner_service() {
    let inner = ["dpop-nonce: of-upstream", "dpop-nonce: second"];
    for world in [required(), on_clock_skew()] {
        let nonce = issue(&world);
        world.clock.advance(59);
        let headers = served(&world, &nonce, &inner, false).await;
        assert_eq!(all(&headers, "dpop-nonce"), [""; 0]);
        world.clock.advance(1);
        let headers = served(&world, &nonce, &inner, false).await;
        assert_eq!(all(&headers, "dpop-nonce"), [issue(&world)]);
    }
    // Without nonces of its own, the guard leaves the response alone.
    let world = World::new();
    let headers = served(&world, "n", &inner[..1], false).await;
    assert_eq!(all(&headers, "dpop-nonce"), ["of-upstream"]);
}

#[tokio::test]
async fn dpop_51_a_response_with_a_new_nonce_is_not_stored() {
    for (inner, expected) in [
        ("", &["no-store"][..]),
        ("cache-control: max-age=60", &["no-store"]),
        ("cache-control: private, max-age=60", &["no-store"]),
        ("cache-control: no-cache", &["no-store"]),
        ("cache-control: private, No-Store", &["private, No-Store"]),
    ] {
        let inner: Vec<_> = (!inner.is_empty()).then_some(inner).into_iter().collect();
        let world = required();
        let nonce = issue(&world);
        world.clock.advance(60);
        let headers = served(&world, &nonce, &inner, false).await;
        assert_eq!(all(&headers, "cache-control"), expected);
        // Without a new nonce, caching is the service's matter.
        let headers = served(&world, &issue(&world), &inner, false).await;
        let own = inner.iter().filter_map(|line| line.split_once(": "));
        let own: Vec<_> = own.map(|(_, value)| value).collect();
        assert_eq!(all(&headers, "cache-control"), own);
    }
}

#[tokio::test]
async fn dpop_94_nonces_are_readable_to_scripts() {
    let world = required();
    let origin = HeaderValue::from_static("https://app.example");
    let mut from_script = request("", "");
    from_script.headers_mut().insert("origin", origin);
    let answer = world.send(from_script).await;
    let exposed = answer.0.headers().get_all(ACCESS_CONTROL_EXPOSE_HEADERS);
    let exposed: Vec<_> = exposed.iter().collect();
    assert_eq!(exposed, ["WWW-Authenticate, DPoP-Nonce"]);

    let nonce = issue(&world);
    world.clock.advance(60);
    let own = ["access-control-expose-headers: ETag"];
    let headers = served(&world, &nonce, &own, true).await;
    let exposed = all(&headers, "access-control-expose-headers");
    assert_eq!(exposed, ["ETag", "DPoP-Nonce"]);
    let headers = served(&world, &nonce, &own, false).await;
    assert_eq!(all(&headers, "access-control-expose-headers"), ["ETag"]);
    let headers = served(&world, &issue(&world), &own, true).await;
    assert_eq!(all(&headers, "access-control-expose-headers"), ["ETag"]);
    assert!(EXPOSED_HEADERS.contains(&"dpop-nonce".parse().unwrap()));
}

#[tokio::test]
async fn resp_36_a_401_of_the_inner_service_keeps_its_challenges_and_gets_a_due_nonce() {
    let world = required();
    let nonce = issue(&world);
    world.clock.advance(60);
    let inner = ["www-authenticate: Digest realm=\"inner\"", ":status: 401"];
    let headers = served(&world, &nonce, &inner, false).await;
    let challenges = all(&headers, WWW_AUTHENTICATE.as_str());
    assert_eq!(challenges, ["Digest realm=\"inner\""]);
    assert_eq!(all(&headers, "dpop-nonce"), [issue(&world)]);
}

#[tokio::test]
async fn a_gateway_finishes_the_response_itself() {
    let world = required();
    let nonce = issue(&world);
    world.clock.advance(60);
    let token = world.token().sign();
    let proof = world.proof(&token).claim("nonce", nonce).sign();
    let (mut head, ()) = request(&format!("DPoP {token}"), &proof).into_parts();
    let admission = world.guard.check(&mut head).await.unwrap();
    let mut headers = HeaderMap::new();
    admission.finish(&mut headers);
    assert_eq!(headers["dpop-nonce"], issue(&world).as_str());
    assert_eq!(headers["cache-control"], "no-store");
}

#[tokio::test]
async fn resp_34_a_nonce_is_renewed_for_its_user_alone() {
    let world = on_clock_skew();
    let nonce = issue(&world);
    world.clock.advance(60);
    let answer = send_nonce(&world, &nonce, NOW).await;
    assert_eq!(nonce_of(&answer), issue(&world));
    let answer = send(&world, |proof| proof.claim("iat", NOW + 60)).await;
    answer.assert_passed();
    assert_eq!(answer.header("dpop-nonce"), None);
}

/// The headers of the response to a request with this nonce, by an inner service that sets `inner`.
async fn served(world: &World, nonce: &str, inner: &[&str], is_cross_origin: bool) -> HeaderMap {
    let token = world.token().sign();
    let seconds = super::world::Seconds::clock_seconds(world);
    let proof = world.proof(&token).claim("nonce", nonce);
    let proof = proof.claim("iat", seconds).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    if is_cross_origin {
        let origin = HeaderValue::from_static("https://app.example");
        request.headers_mut().insert("origin", origin);
    }
    let service = service_fn(move |_: Request<()>| {
        let mut response = Response::new(String::new());
        for line in inner {
            match line.rsplit_once(": ").unwrap() {
                (":status", status) => {
                    *response.status_mut() = StatusCode::from_bytes(status.as_bytes()).unwrap();
                }
                (name, value) => {
                    let name: http::HeaderName = name.parse().unwrap();
                    response.headers_mut().append(name, value.parse().unwrap());
                }
            }
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let service = world.guard.layer().layer(service);
    let response = service.oneshot(request).await.unwrap();
    assert!(
        response
            .extensions()
            .get::<sender_constraint::Rejection>()
            .is_none()
    );
    response.headers().clone()
}

fn all<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let lines = headers.get_all(name).iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}
