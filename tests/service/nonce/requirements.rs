//! `DPoP-Nonce` where a route or a handler refuses an accepted request (DPOP-49, DPOP-94, DPOP-97, RESP-34).

use std::convert::Infallible;
use std::future::ready;

use http::{HeaderMap, Request, Response};
use sender_constraint::Access;
use sender_constraint::require::Require;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::world::{Seconds as _, issue, issue_at, on_clock_skew, required};
use crate::common::*;

#[derive(Clone, Copy, Debug)]
enum Place {
    GuardLayer,
    Handler,
    RouteLayer,
    TonicMethod,
}

const PLACES: [Place; 4] = [
    Place::GuardLayer,
    Place::Handler,
    Place::RouteLayer,
    Place::TonicMethod,
];

fn step_up() -> Require {
    Require::any_token().acr(["mfa"])
}

fn scope() -> Require {
    Require::scopes(["admin"])
}

/// A request of a script, with a proof of now that has this nonce.
fn request_with(world: &World, nonce: &str) -> Request<()> {
    let token = world.token().claim("exp", NOW + 100_000).sign();
    let proof = world.proof(&token).claim("nonce", nonce);
    let proof = proof.claim("iat", world.clock_seconds()).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    let origin = "https://app.example".parse().unwrap();
    request.headers_mut().insert("origin", origin);
    request
}

/// The headers of the refusal, which comes `later` seconds after the check.
async fn refused(
    world: &World,
    place: Place,
    require: Require,
    nonce: &str,
    later: u64,
) -> HeaderMap {
    let request = request_with(world, nonce);
    let (clock, needed) = (world.clock.clone(), require.clone());
    let handler = service_fn(move |request: Request<()>| {
        clock.advance(later);
        let access = request.extensions().get::<Access>().unwrap();
        let response = match (access.require(&needed), place) {
            (Ok(()), _) => Response::new(String::new()),
            (Err(error), Place::TonicMethod) => {
                let challenge = error.response::<()>().into_parts().0.headers;
                let metadata = MetadataMap::from_headers(challenge);
                let status = Status::with_metadata(Code::Unauthenticated, "", metadata);
                status.into_http::<()>().map(|()| String::new())
            }
            (Err(error), _) => error.response(),
        };
        ready(Ok::<_, Infallible>(response))
    });
    let layer = world.guard.layer();
    let response = match place {
        Place::GuardLayer => layer.require(require).layer(handler).oneshot(request).await,
        Place::RouteLayer => layer.layer(require.layer(handler)).oneshot(request).await,
        Place::Handler | Place::TonicMethod => layer.layer(handler).oneshot(request).await,
    };
    let response = response.unwrap();
    assert!(response.headers().contains_key("www-authenticate"));
    response.headers().clone()
}

fn all<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let lines = headers.get_all(name).iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

#[tokio::test]
async fn dpop_49_94_a_401_for_a_requirement_has_one_nonce_which_scripts_can_read() {
    for place in PLACES {
        for age in [0, 60] {
            let world = required();
            let nonce = issue(&world);
            world.clock.advance(age);
            let headers = refused(&world, place, step_up(), &nonce, 0).await;
            assert_eq!(all(&headers, "dpop-nonce"), [issue(&world)], "{place:?}");
            let exposed = all(&headers, "access-control-expose-headers");
            assert_eq!(exposed, ["WWW-Authenticate, DPoP-Nonce"], "{place:?}");
            assert_eq!(all(&headers, "cache-control"), ["no-store"], "{place:?}");
        }
    }
}

#[tokio::test]
async fn dpop_49_a_handler_refuses_long_after_the_check() {
    for place in [Place::Handler, Place::TonicMethod] {
        let world = required();
        let nonce = issue(&world);
        let headers = refused(&world, place, step_up(), &nonce, 3600).await;
        assert_eq!(all(&headers, "dpop-nonce"), [issue(&world)], "{place:?}");
    }
}

/// As other refusals that are no 401; but a proof that passed makes a nonce due on any response.
#[tokio::test]
async fn resp_34_a_403_for_a_requirement_has_a_nonce_only_if_one_is_due() {
    for place in PLACES {
        for (age, is_due) in [(0, false), (60, true)] {
            let world = required();
            let nonce = issue(&world);
            world.clock.advance(age);
            let headers = refused(&world, place, scope(), &nonce, 0).await;
            let expected: &[String] = if is_due { &[issue(&world)] } else { &[] };
            assert_eq!(all(&headers, "dpop-nonce"), expected, "{place:?}");
            let exposed = all(&headers, "access-control-expose-headers").join(", ");
            assert_eq!(exposed.contains("DPoP-Nonce"), is_due, "{place:?}");
            assert_eq!(all(&headers, "cache-control"), ["no-store"], "{place:?}");
        }
    }
}

#[tokio::test]
async fn resp_34_where_nonces_are_for_wrong_clocks_a_requirement_adds_none() {
    for place in PLACES {
        for require in [step_up(), scope()] {
            let world = on_clock_skew();
            let headers = refused(&world, place, require, &issue(&world), 0).await;
            assert_eq!(all(&headers, "dpop-nonce"), [""; 0], "{place:?}");
            let exposed = all(&headers, "access-control-expose-headers");
            assert_eq!(exposed, ["WWW-Authenticate"], "{place:?}");
        }
    }
}

/// An inner service cannot keep a nonce of this server alive.
#[tokio::test]
async fn dpop_97_an_older_nonce_of_this_server_is_removed() {
    let world = required();
    let old = issue_at(&world, NOW - 1);
    let inner = service_fn(|_: Request<()>| {
        let response = Response::builder().header("dpop-nonce", &old);
        ready(Ok::<_, Infallible>(response.body(String::new()).unwrap()))
    });
    let request = request_with(&world, &issue(&world));
    let response = world.guard.layer().layer(inner).oneshot(request).await;
    assert_eq!(all(response.unwrap().headers(), "dpop-nonce"), [""; 0]);
}
