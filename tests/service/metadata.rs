//! The metadata of the protected resource (RFC 9728), from the guard's own configuration.

mod alone;
mod issuers;
mod mistakes;
mod parts;
#[cfg(feature = "http-client")]
mod signed;
mod texts;

use std::convert::Infallible;

use http::{Method, Request, Response};
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::proof::{Dpop, Mtls};
use sender_constraint::token::PerIssuer;
use sender_constraint::{ConfigError, Guard, GuardBuilder, cert::TlsConnection};
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::common::*;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn accounts() -> ProtectedResource {
    ProtectedResource::new("https://rs.example.com/accounts").unwrap()
}

fn document(change: impl FnOnce(GuardBuilder) -> GuardBuilder) -> Value {
    let world = World::with(change);
    serde_json::from_str(&world.guard.metadata_document().unwrap()).unwrap()
}

/// What a client without a token receives through the whole service.
async fn fetch(world: &World, method: Method, path: &str) -> Response<String> {
    let inner = service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(String::from("served"))))
    });
    let layer = world.guard.metadata_layer().expect("a resource");
    let service = layer.layer(world.guard.layer().layer(inner));
    let request = Request::builder().method(method).uri(path);
    service.oneshot(request.body(()).unwrap()).await.unwrap()
}

#[test]
fn prm_01_well_known_path_is_inserted_after_the_host() {
    for (resource, url) in [
        (
            "https://rs",
            "https://rs/.well-known/oauth-protected-resource",
        ),
        (
            "https://rs/",
            "https://rs/.well-known/oauth-protected-resource",
        ),
        (
            "https://rs/a/b",
            "https://rs/.well-known/oauth-protected-resource/a/b",
        ),
        (
            "https://rs/a/",
            "https://rs/.well-known/oauth-protected-resource/a/",
        ),
        (
            "https://rs:8443/a",
            "https://rs:8443/.well-known/oauth-protected-resource/a",
        ),
        (
            "http://127.0.0.1:9300",
            "http://127.0.0.1:9300/.well-known/oauth-protected-resource",
        ),
    ] {
        let metadata_url = ProtectedResource::new(resource).unwrap().metadata_url();
        assert_eq!(metadata_url, url, "{resource}");
    }
}

#[test]
fn prm_02_resource_is_an_https_url_and_stays_as_it_is() {
    for refused in [
        "",
        "rs.example.com",
        "http://rs.example.com",
        "https://rs.example.com/#a",
        "https://rs.example.com/?a",
        "https://user@rs.example.com",
        "urn:example:rs",
    ] {
        let error = ProtectedResource::new(refused).unwrap_err();
        assert!(
            matches!(error, ConfigError::ProtectedResource { .. }),
            "{refused}: {error}"
        );
        // No setting makes it usable.
        assert!(!error.to_string().contains('`'), "{error}");
    }
    for resource in [
        "https://rs.example.com",
        "https://rs.example.com/",
        "https://rs.example.com/a/",
    ] {
        let resource_of = ProtectedResource::new(resource).unwrap();
        let document = document(|builder| builder.protected_resource(resource_of));
        assert_eq!(document["resource"], resource);
    }
}

#[test]
fn prm_04_05_06_document_says_what_the_guard_enforces_and_nothing_empty() {
    let minimal = document(|builder| builder.protected_resource(accounts()));
    let algs = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256"];
    assert_eq!(
        minimal,
        json!({
            "resource": "https://rs.example.com/accounts",
            "authorization_servers": [ISSUER],
            "bearer_methods_supported": ["header"],
            "tls_client_certificate_bound_access_tokens": false,
            "dpop_signing_alg_values_supported": algs,
            "dpop_bound_access_tokens_required": true,
        })
    );
    let resource = accounts()
        .scopes(["accounts:read", "accounts:write"])
        .unwrap()
        .authorization_details_types(["payment"])
        .name("Accounts")
        .documentation("https://rs.example.com/docs")
        .policy_uri("https://rs.example.com/policy")
        .tos_uri("https://rs.example.com/tos");
    let full = document(|builder| {
        let mtls = Mtls::new(TlsConnection);
        builder.protected_resource(resource).mtls(mtls)
    });
    let expected = json!({
        "resource": "https://rs.example.com/accounts",
        "authorization_servers": [ISSUER],
        "scopes_supported": ["accounts:read", "accounts:write"],
        "bearer_methods_supported": ["header"],
        "authorization_details_types_supported": ["payment"],
        "resource_name": "Accounts",
        "resource_documentation": "https://rs.example.com/docs",
        "resource_policy_uri": "https://rs.example.com/policy",
        "resource_tos_uri": "https://rs.example.com/tos",
        "tls_client_certificate_bound_access_tokens": true,
        "dpop_signing_alg_values_supported": algs,
        "dpop_bound_access_tokens_required": false,
    });
    assert_eq!(full, expected);
}

#[test]
fn prm_04_texts_are_limited_and_pages_are_https() {
    let scopes = |number: usize| accounts().scopes((0..number).map(|each| format!("s{each}")));
    assert!(scopes(256).is_ok());
    assert!(matches!(
        scopes(257),
        Err(ConfigError::Size { value: 257, .. })
    ));
    assert!(accounts().scopes(["a b"]).is_err());
    for resource in [
        accounts().documentation("javascript:alert(1)"),
        accounts().policy_uri("http://rs.example.com"),
        accounts().tos_uri("tos"),
    ] {
        let dpop = Dpop::new(ORIGIN).unwrap();
        let guard = Guard::builder(PerIssuer::new()).dpop(dpop);
        let error = guard.protected_resource(resource).build().unwrap_err();
        assert!(
            matches!(error, ConfigError::ProtectedResource { .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn prm_07_challenges_lead_to_the_document() {
    let world = World::with(|builder| builder.protected_resource(accounts()));
    let answer = world.send(request("", "")).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    let url = accounts().metadata_url();
    let challenge = answer.challenges()[0];
    assert!(
        challenge.ends_with(&format!(", resource_metadata=\"{url}\"")),
        "{challenge}"
    );
    let path = url.strip_prefix(ORIGIN).unwrap();
    let response = fetch(&world, Method::GET, path).await;
    assert_eq!(
        Some(response.body()),
        world.guard.metadata_document().as_ref()
    );
}

#[tokio::test]
async fn prm_08_document_is_public_cached_and_readable_by_scripts() {
    let world = World::with(|builder| builder.protected_resource(accounts()));
    let inserted = format!("{WELL_KNOWN}/accounts");
    for path in [WELL_KNOWN, inserted.as_str()] {
        let response = fetch(&world, Method::GET, path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["cache-control"], "max-age=3600");
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let head = fetch(&world, Method::HEAD, path).await;
        assert_eq!((head.status().as_u16(), head.body().as_str()), (200, ""));
        let preflight = fetch(&world, Method::OPTIONS, path).await;
        assert_eq!(preflight.status(), 204);
        assert_eq!(preflight.headers()["access-control-allow-headers"], "*");
        let post = fetch(&world, Method::POST, path).await;
        assert_eq!((post.status().as_u16(), post.body().as_str()), (405, ""));
        assert_eq!(post.headers()["allow"], "GET, HEAD, OPTIONS");
    }
    for path in [
        "/accounts".to_owned(),
        format!("{WELL_KNOWN}/"),
        format!("{WELL_KNOWN}/other"),
        format!("{WELL_KNOWN}/accounts/"),
        format!("/a{WELL_KNOWN}"),
    ] {
        let response = fetch(&world, Method::GET, &path).await;
        assert_eq!(response.status(), 401, "{path}");
    }
    assert!(World::new().guard.metadata_layer().is_none());
}

#[test]
fn prm_10_document_and_challenges_have_the_same_algorithms_and_policy() {
    use sender_constraint::jose::Algorithm;
    for algorithms in [
        vec![Algorithm::Es256],
        vec![Algorithm::EdDsa, Algorithm::Es256],
    ] {
        let world = World::with_dpop(|dpop| dpop.algorithms(algorithms).unwrap());
        let builder = world.guard.to_builder().protected_resource(accounts());
        let guard = builder.build().unwrap();
        let document: Value = serde_json::from_str(&guard.metadata_document().unwrap()).unwrap();
        let algs = document["dpop_signing_alg_values_supported"]
            .as_array()
            .unwrap();
        let algs: Vec<_> = algs.iter().map(|alg| alg.as_str().unwrap()).collect();
        let rejection = sender_constraint::Rejection::clone(&refused(&guard));
        let (head, ()) = Request::get("/a").body(()).unwrap().into_parts();
        let response: Response<()> = guard.error_response(&rejection, &head);
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        let expected = format!("algs=\"{}\"", algs.join(" "));
        assert!(challenge.contains(&expected), "{challenge}");
    }
    type Change = fn(GuardBuilder) -> GuardBuilder;
    for (change, requires_dpop) in [
        ((|builder| builder) as Change, true),
        (GuardBuilder::allow_unbound_tokens, false),
        (GuardBuilder::allow_and_report_unbound_tokens, false),
        (|builder| builder.mtls(Mtls::new(TlsConnection)), false),
        (
            |builder| builder.exceptions(sender_constraint::exceptions::Exceptions::default()),
            false,
        ),
    ] {
        let document = document(|builder| change(builder.protected_resource(accounts())));
        assert_eq!(document["dpop_bound_access_tokens_required"], requires_dpop);
    }
    let bearer_only = World::bearer_only().guard.to_builder();
    let guard = bearer_only.protected_resource(accounts()).build().unwrap();
    let document: Value = serde_json::from_str(&guard.metadata_document().unwrap()).unwrap();
    assert!(document.get("dpop_signing_alg_values_supported").is_none());
}

fn refused(guard: &Guard) -> sender_constraint::Rejection {
    use std::task::{Context, Poll, Waker};
    let (mut head, ()) = Request::get("/a").body(()).unwrap().into_parts();
    let check = std::pin::pin!(guard.check(&mut head));
    match check.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Err(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

#[test]
fn prm_11_authorization_servers_are_issuers_whose_tokens_are_accepted() {
    let some = accounts().authorization_servers([ISSUER]);
    let document = document(|builder| builder.protected_resource(some));
    assert_eq!(document["authorization_servers"], json!([ISSUER]));
    for other in ["https://as.example.com/", "https://other.example.com"] {
        let resource = accounts().authorization_servers([ISSUER, other]);
        let builder = World::new().guard.to_builder();
        let error = builder.protected_resource(resource).build().unwrap_err();
        assert_eq!(error, ConfigError::AuthorizationServer(other.to_owned()));
    }
}
