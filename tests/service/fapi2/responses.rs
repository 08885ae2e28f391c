//! `x-fapi-interaction-id` and `Date` on every response of a guard by FAPI 2.0.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::routing::get;
use axum::{Router, response::Response as AxumResponse};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use sender_constraint::Guard;
use tower::ServiceExt as _;

use super::*;

const NAME: &str = "x-fapi-interaction-id";
const UUID: &str = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";

/// Answers with the identifier that it sees; at `/error` with 500, a foreign identifier and its own `Date`.
fn app(guard: &Guard) -> Router {
    let seen = |headers: HeaderMap| async move { headers[NAME].to_str().unwrap().to_owned() };
    let failing = || async {
        let mut response = AxumResponse::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        let headers = response.headers_mut();
        headers.append(NAME, HeaderValue::from_static("of the handler"));
        headers.append(NAME, HeaderValue::from_static("twice"));
        headers.insert(
            "date",
            HeaderValue::from_static("Fri, 02 Jan 2026 00:00:00 GMT"),
        );
        response
    };
    Router::new()
        .route("/a", get(seen))
        .route("/error", get(failing))
        .layer(guard.layer())
}

fn good(world: &World, path: &'static str) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", format!("{ORIGIN}{path}"));
    let mut request = request(&format!("DPoP {token}"), &proof.sign());
    *request.uri_mut() = HeaderValue::from_static(path)
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    request
}

fn with_ids(mut request: Request<()>, ids: &[&[u8]]) -> Request<()> {
    for id in ids {
        let value = HeaderValue::from_bytes(id).unwrap();
        request.headers_mut().append(NAME, value);
    }
    request
}

async fn send(world: &World, request: Request<()>) -> Response<Body> {
    let request = request.map(|()| Body::empty());
    app(&world.guard).oneshot(request).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    let body = axum::body::to_bytes(response.into_body(), 4096)
        .await
        .unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// The only identifier of the response.
#[track_caller]
fn id_of(response: &Response<Body>) -> String {
    let lines: Vec<_> = response.headers().get_all(NAME).iter().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].to_str().unwrap().to_owned()
}

/// By RFC 9562 section 5.4.
#[track_caller]
fn assert_random_uuid(text: &str) {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
    assert!(
        groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{text}"
    );
    assert!(groups[2].starts_with('4'), "{text}");
    assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "{text}");
}

#[tokio::test]
async fn fapi_13_identifier_of_the_client_is_echoed() {
    let world = world();
    for id in [
        UUID,
        "C770AEF3-6784-41F7-8E0E-FF5F97BDDB3A",
        "00000000-0000-0000-0000-000000000000",
    ] {
        let response = send(&world, with_ids(good(&world, "/a"), &[id.as_bytes()])).await;
        assert_eq!(response.status(), 200);
        assert_eq!(id_of(&response), id);
        assert_eq!(text(response).await, id);
    }
}

#[tokio::test]
async fn fapi_13_identifier_that_is_no_uuid_is_replaced() {
    let world = world();
    let long = vec![b'a'; 60_000];
    let cases: [&[&[u8]]; 11] = [
        &[],
        &[b""],
        &[b"c770aef3678441f78e0eff5f97bddb3a"],
        &[b"c770aef3-6784-41f7-8e0e-ff5f97bddb3"],
        &[b"c770aef3-6784-41f7-8e0e-ff5f97bddb3a0"],
        &[b"g770aef3-6784-41f7-8e0e-ff5f97bddb3a"],
        &[b"c770aef36-784-41f7-8e0e-ff5f97bddb3a"],
        &[b"{c770aef3-6784-41f7-8e0e-ff5f97bddb3a}"],
        &[UUID.as_bytes(), UUID.as_bytes()],
        &[b"c770aef3-6784-41f7-8e0e-ff5f97bddb\xe3\xa0"],
        &[&long],
    ];
    let mut generated = BTreeSet::new();
    for ids in cases {
        let response = send(&world, with_ids(good(&world, "/a"), ids)).await;
        assert_eq!(response.status(), 200);
        let id = id_of(&response);
        assert_random_uuid(&id);
        // The handler sees the same one.
        assert_eq!(text(response).await, id);
        generated.insert(id);
    }
    assert_eq!(generated.len(), cases.len());
}

#[tokio::test]
async fn fapi_13_refusals_and_errors_have_an_identifier_and_a_date() {
    let world = world();
    let tampered = {
        let (token, mut proof) = world.token_and_proof();
        proof.push('A');
        request(&format!("DPoP {token}"), &proof)
    };
    for (request, status) in [
        (request("", ""), 401),
        (request("Basic YTpi", ""), 401),
        (tampered, 401),
        (good(&world, "/error"), 500),
        (good(&world, "/nowhere"), 404),
    ] {
        let echoed = send(&world, with_ids(request, &[UUID.as_bytes()])).await;
        assert_eq!(echoed.status(), status);
        assert_eq!(id_of(&echoed), UUID, "{status}");
        assert!(echoed.headers().contains_key("date"), "{status}");
    }
    let response = send(&world, request("", "")).await;
    assert_random_uuid(&id_of(&response));
}

#[tokio::test]
async fn fapi_13_date_is_that_of_the_clock_unless_the_service_sets_it() {
    let world = world();
    let response = send(&world, good(&world, "/a")).await;
    assert_eq!(response.headers()["date"], "Thu, 01 Jan 2026 00:00:00 GMT");
    let response = send(&world, good(&world, "/error")).await;
    let dates: Vec<_> = response.headers().get_all("date").iter().collect();
    assert_eq!(dates, ["Fri, 02 Jan 2026 00:00:00 GMT"]);
}

#[tokio::test]
async fn fapi_13_other_guards_set_neither() {
    let world = World::new();
    let answer = world.send(with_ids(world.good_request(), &[b"any"])).await;
    answer.assert_passed();
    assert_eq!((answer.header(NAME), answer.header("date")), (None, None));
}

#[tokio::test]
async fn fapi_13_guard_without_tower_sets_both() {
    let world = world();
    let (mut head, ()) = world.good_request().into_parts();
    let admission = world.guard.check(&mut head).await.unwrap();
    let mut response = Response::new(());
    admission.finish(response.headers_mut());
    assert_eq!(response.headers()[NAME], head.headers[NAME]);
    assert!(response.headers().contains_key("date"));

    let (mut head, ()) = request("", "").into_parts();
    let rejection = world.guard.check(&mut head).await.unwrap_err();
    let response: Response<()> = world.guard.error_response(&rejection, &head);
    assert_eq!(response.headers()[NAME], head.headers[NAME]);
    assert!(response.headers().contains_key("date"));
}
