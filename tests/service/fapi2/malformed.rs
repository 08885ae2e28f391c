//! Malformed requests: 400 by the response matrix, with the identifier and the date of every response.

use http::{HeaderValue, Request, Response};
use sender_constraint::cors::FAPI_INTERACTION_ID;
use sender_constraint::{Guard, Rejection};

use super::*;

async fn refused(guard: &Guard, request: Request<()>) -> (Rejection, Response<()>) {
    let mut head = request.into_parts().0;
    let rejection = guard.check(&mut head).await.map(drop).unwrap_err();
    let response = guard.error_response(&rejection, &head);
    (rejection, response)
}

fn with(mut request: Request<()>, name: &'static str, value: &'static str) -> Request<()> {
    let value = HeaderValue::from_static(value);
    request.headers_mut().append(name, value);
    request
}

fn at(mut request: Request<()>, uri: &str) -> Request<()> {
    *request.uri_mut() = uri.parse().unwrap();
    request
}

/// RESP-05 to RESP-08, and what RFC 9110 says of `Host`.
#[tokio::test]
async fn fapi_05_malformed_requests_are_named_and_blamed_on_the_scheme_that_was_used() {
    let world = world();
    let good = || world.good_request();
    let bearer = "Bearer realm=\"api\", error=\"invalid_request\"";
    let both = "error=\"invalid_request\", error_description=\"Multiple methods used to include access token\"";
    for (request, kind, dpop_error, bearer_challenge) in [
        (
            at(request("", ""), "/a?access_token=x"),
            "credentials_query_token",
            "",
            Some(bearer.to_owned()),
        ),
        (
            at(good(), "/a?access_token=x"),
            "credentials_query_token",
            "",
            Some(bearer.to_owned()),
        ),
        (
            with(good(), "authorization", "Bearer x"),
            "credentials_repeated",
            both,
            Some(format!("Bearer realm=\"api\", {both}")),
        ),
        (
            with(good(), "authorization", "DPoP x"),
            "credentials_repeated",
            both,
            None,
        ),
        (
            request("DPoP a b", ""),
            "credentials_malformed",
            "error=\"invalid_request\"",
            None,
        ),
        (
            request("Bearer", ""),
            "credentials_malformed",
            "",
            Some(bearer.to_owned()),
        ),
        (
            with(with(good(), "host", "rs.example.com"), "host", "x"),
            "request_repeated_host",
            "error=\"invalid_request\"",
            None,
        ),
    ] {
        let (rejection, response) = refused(&world.guard, request).await;
        assert_eq!((rejection.kind(), rejection.status().as_u16()), (kind, 400));
        let headers = response.headers();
        assert_eq!(response.status(), 400);
        assert!(headers.contains_key(FAPI_INTERACTION_ID) && headers.contains_key("date"));
        let challenges = headers.get_all("www-authenticate").iter();
        let challenges: Vec<_> = challenges.map(|line| line.to_str().unwrap()).collect();
        let separator = if dpop_error.is_empty() { "" } else { ", " };
        let dpop = format!("DPoP algs=\"ES256 EdDSA Ed25519 PS256\"{separator}{dpop_error}");
        let expected: Vec<_> = [Some(dpop), bearer_challenge]
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(challenges, expected, "{kind}");
    }
}
