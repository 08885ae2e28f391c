//! A6 and A8: what a refusal looks like on the wire.

use std::time::Duration;

use http::{HeaderValue, Method, StatusCode, Version};
use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};

use crate::common::*;

/// The content type alone is the client's word: whatever reads the status in front must see the refusal.
#[tokio::test]
async fn a6_only_a_grpc_request_is_refused_with_status_200() {
    let world = World::with(|builder| builder.grpc_responses());
    for (method, version, content_type, is_grpc) in [
        (Method::POST, Version::HTTP_2, "application/grpc", true),
        (
            Method::POST,
            Version::HTTP_2,
            "application/grpc+proto",
            true,
        ),
        (Method::POST, Version::HTTP_2, "application/grpc-web", false),
        (Method::POST, Version::HTTP_11, "application/grpc", false),
        (Method::GET, Version::HTTP_11, "application/grpc", false),
        (Method::GET, Version::HTTP_2, "application/grpc", false),
        (Method::OPTIONS, Version::HTTP_2, "application/grpc", false),
    ] {
        let mut refused = request("", "");
        *refused.method_mut() = method.clone();
        *refused.version_mut() = version;
        let value = HeaderValue::from_static(content_type);
        refused.headers_mut().insert("content-type", value);
        let answer = world.send(refused).await;
        let case = format!("{method} {version:?} {content_type}");
        if is_grpc {
            assert_eq!(answer.status(), StatusCode::OK, "{case}");
            assert_eq!(answer.header("grpc-status"), Some("16"), "{case}");
        } else {
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{case}");
            assert_eq!(answer.header("grpc-status"), None, "{case}");
        }
    }
}

/// One account at its limit is no outage: a 5xx would take the node out of rotation for everybody.
#[tokio::test]
async fn a8_principal_over_its_share_gets_429_and_the_time_to_wait() {
    let past_and_future = (Duration::from_secs(20), Duration::from_secs(5));
    for (window, retry_after) in [(None, "70"), (Some(past_and_future), "25")] {
        let world = World::with_dpop(|dpop| {
            let dpop = dpop.replay_store(OverItsShare);
            match window {
                None => dpop,
                Some((past, future)) => dpop.max_age(past).unwrap().clock_skew(future).unwrap(),
            }
        });
        let answer = world.send(world.good_request()).await;
        answer.assert_refused("429", "replay_principal_share_used");
        assert_eq!(answer.header("retry-after"), Some(retry_after));
        assert!(answer.challenges().is_empty());
    }

    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = sender_constraint::proof::Dpop::new(ORIGIN).unwrap();
        let builder = sender_constraint::Guard::builder(tokens);
        builder
            .dpop(dpop.replay_store(OverItsShare))
            .grpc_responses()
    });
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htm", "POST").sign();
    let mut call = request(&format!("DPoP {token}"), &proof);
    (*call.method_mut(), *call.version_mut()) = (Method::POST, Version::HTTP_2);
    let grpc = HeaderValue::from_static("application/grpc");
    call.headers_mut().insert("content-type", grpc);
    let answer = world.send(call).await;
    assert_eq!(answer.kind(), "replay_principal_share_used");
    assert_eq!(answer.header("grpc-status"), Some("8"));
}

#[derive(Debug)]
struct OverItsShare;

impl ReplayStore for OverItsShare {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(Err(ReplayError::PrincipalShareUsed { share: 64 }))
    }
}
