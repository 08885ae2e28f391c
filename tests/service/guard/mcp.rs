//! What the authorization of MCP requires of a server, by `Guard::mcp`.

use http::{Request, StatusCode};
use sender_constraint::keys::StaticKeys;
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::proof::Dpop;
use sender_constraint::require::Require;
use sender_constraint::token::Issuer;
use sender_constraint::{ConfigError, Guard, GuardBuilder};
use serde_json::{Value, json};

use crate::common::*;

const RESOURCE: &str = "https://rs.example.com/mcp";
const METADATA: &str =
    "resource_metadata=\"https://rs.example.com/.well-known/oauth-protected-resource/mcp\"";

fn builder(resource: ProtectedResource) -> Result<GuardBuilder, ConfigError> {
    let keys = json!({"keys": [Key::from_seed("ES256", 0).published("k1")]}).to_string();
    let issuer = Issuer::new(ISSUER, StaticKeys::from_json(&keys)?)?;
    Guard::mcp(resource, issuer)
}

fn resource() -> ProtectedResource {
    let resource = ProtectedResource::new(RESOURCE).unwrap();
    resource.scopes(["files:read", "files:list"]).unwrap()
}

fn world_of(change: impl FnOnce(GuardBuilder) -> GuardBuilder) -> World {
    let clock = TestClock::at(NOW);
    let guard = change(builder(resource()).unwrap()).clock(clock.clone());
    World::around(Key::from_seed("ES256", 0), clock, guard)
}

fn world() -> World {
    world_of(|builder| builder)
}

fn bound(world: &World) -> String {
    world.token().claim("aud", RESOURCE).sign()
}

fn unbound(world: &World) -> Token {
    Token::unbound(&world.issuer).claim("aud", RESOURCE)
}

fn document(world: &World) -> Value {
    serde_json::from_str(&world.guard.metadata_document().unwrap()).unwrap()
}

#[tokio::test]
async fn mcp_01_audience_is_the_canonical_uri() {
    let world = world();
    let with = |audience: &str| Token::unbound(&world.issuer).claim("aud", audience).sign();
    world.present_bearer(&with(RESOURCE)).await.assert_passed();
    for other in [
        "https://rs.example.com",
        "https://rs.example.com/",
        "https://rs.example.com/mcp/",
        "https://rs.example.com/mcp#a",
        "https://rs.example.com/MCP",
        "https://rs.example.com/mcp/other",
        "HTTPS://RS.EXAMPLE.COM/mcp",
        "http://rs.example.com/mcp",
        ISSUER,
    ] {
        let answer = world.present_bearer(&with(other)).await;
        assert_eq!(answer.outcome(), "TOK(Bearer)", "{other}");
        assert_eq!(answer.kind(), "token_audience", "{other}");
    }
}

#[tokio::test]
async fn mcp_05_clocks_of_users_may_be_wrong() {
    let world = world();
    let token = bound(&world);
    for (offset, outcome) in [(-301, "PROOF"), (-300, "OK"), (60, "OK"), (61, "PROOF")] {
        let proof = world.proof(&token).claim("htu", RESOURCE);
        let proof = proof.claim("iat", NOW.cast_signed() + offset).sign();
        let mut request = request(&format!("DPoP {token}"), &proof);
        *request.uri_mut() = "/mcp".parse().unwrap();
        let answer = world.send(request).await;
        assert_eq!(answer.outcome(), outcome, "{offset}");
    }
}

/// What URL parsers of clients make of the identifier is the same URI.
#[tokio::test]
async fn mcp_01_audience_may_be_written_as_url_parsers_write_it() {
    for (resource, accepted, refused) in [
        (
            "https://rs.example.com",
            &["https://rs.example.com", "https://rs.example.com/"][..],
            "https://rs.example.com//",
        ),
        (
            "https://rs.example.com/",
            &["https://rs.example.com", "https://rs.example.com/"],
            "https://rs.example.com/mcp",
        ),
        (
            "HTTPS://RS.example.com:443/mcp",
            &["HTTPS://RS.example.com:443/mcp", RESOURCE],
            "https://rs.example.com:443/mcp",
        ),
    ] {
        let clock = TestClock::at(NOW);
        let resource = ProtectedResource::new(resource).unwrap();
        let guard = builder(resource).unwrap().clock(clock.clone());
        let world = World::around(Key::from_seed("ES256", 0), clock, guard);
        let with = |audience: &str| Token::unbound(&world.issuer).claim("aud", audience).sign();
        for audience in accepted {
            world.present_bearer(&with(audience)).await.assert_passed();
        }
        let answer = world.present_bearer(&with(refused)).await;
        answer.assert_refused("TOK(Bearer)", "token_audience");
    }
}

#[test]
fn mcp_01_audiences_of_an_issuer_do_not_replace_the_uri() {
    let keys = json!({"keys": [Key::from_seed("ES256", 0).jwk()]}).to_string();
    let issuer = Issuer::new(ISSUER, StaticKeys::from_json(&keys).unwrap()).unwrap();
    let issuer = issuer.audience("https://other.example.com").unwrap();
    let error = Guard::mcp(RESOURCE, issuer).unwrap_err();
    assert_eq!(error, ConfigError::IssuerAudience(ISSUER.to_owned()));
}

#[test]
fn mcp_01_canonical_uri_is_absolute_and_has_no_fragment() {
    let keys =
        || StaticKeys::from_json(&json!({"keys": [Key::from_seed("ES256", 0).jwk()]}).to_string());
    let issuer = || Issuer::new(ISSUER, keys().unwrap()).unwrap();
    for refused in [
        "rs.example.com",
        "https://rs.example.com#fragment",
        "https://rs.example.com/mcp?a",
        "http://rs.example.com/mcp",
    ] {
        let error = Guard::mcp(refused, issuer()).unwrap_err();
        assert!(
            matches!(error, ConfigError::ProtectedResource { .. }),
            "{refused}: {error}"
        );
    }
    assert!(Guard::mcp(RESOURCE, issuer()).unwrap().build().is_ok());
}

#[tokio::test]
async fn mcp_02_first_challenge_has_metadata_and_scopes_bearer_first() {
    let world = world();
    let answer = world.send(request("", "")).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    let scope = "scope=\"files:read files:list\"";
    let algs = "algs=\"ES256 ES384 EdDSA Ed25519 PS256\"";
    let expected = [
        format!("Bearer {METADATA}, {scope}"),
        format!("DPoP {algs}, {scope}, {METADATA}"),
    ];
    assert_eq!(answer.challenges(), expected);
    // A token that is refused tells nothing about scopes.
    let answer = world.present_bearer("a.b.c").await;
    assert!(!answer.challenges()[0].contains("scope="));
    assert!(answer.challenges()[0].contains(METADATA));
    // Those of a route are more precise.
    let layer = world
        .guard
        .layer()
        .require(Require::scopes(["files:write"]));
    let world = world.behind(layer.scope_in_challenges());
    let answer = world.send(request("", "")).await;
    let expected = format!("Bearer {METADATA}, scope=\"files:write\"");
    assert_eq!(answer.challenges()[0], expected);
}

#[tokio::test]
async fn mcp_02_without_scopes_the_challenge_names_none() {
    let clock = TestClock::at(NOW);
    let resource = ProtectedResource::new(RESOURCE).unwrap();
    let guard = builder(resource).unwrap().clock(clock.clone());
    let world = World::around(Key::from_seed("ES256", 0), clock, guard);
    let answer = world.send(request("", "")).await;
    assert_eq!(answer.challenges()[0], format!("Bearer {METADATA}"));
    assert!(document(&world).get("scopes_supported").is_none());
}

#[tokio::test]
async fn mcp_03_insufficient_scope_has_every_scope_and_metadata() {
    let world = world();
    let require = Require::scopes(["files:read", "files:write"]);
    let layer = world.guard.layer().require(require);
    let world = world.behind(layer);
    let token = unbound(&world).claim("scope", "files:read").sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("SCOPE(Bearer)", "requirement_scope");
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let challenge = answer.challenges().concat();
    for part in [
        "Bearer ",
        "error=\"insufficient_scope\"",
        METADATA,
        "scope=\"files:read files:write\"",
    ] {
        assert!(challenge.contains(part), "{challenge}");
    }
}

#[tokio::test]
async fn mcp_04_tokens_in_the_query_are_refused() {
    let world = world();
    let token = unbound(&world).sign();
    let request = |authorization: &str| {
        let request = Request::get(format!("/a?access_token={token}"));
        request
            .header("authorization", authorization)
            .body(())
            .unwrap()
    };
    let answer = world.send(request(&format!("Bearer {token}"))).await;
    answer.assert_refused("REQ", "credentials_query_token");
}

#[tokio::test]
async fn mcp_05_dpop_is_accepted_and_advertised_and_bound_tokens_are_no_bearer_tokens() {
    let world = world();
    let token = bound(&world);
    world.present_token(&token).await.assert_passed();
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    let document = document(&world);
    assert_eq!(document["resource"], RESOURCE);
    assert_eq!(document["authorization_servers"], json!([ISSUER]));
    assert_eq!(document["bearer_methods_supported"], json!(["header"]));
    assert_eq!(
        document["scopes_supported"],
        json!(["files:read", "files:list"])
    );
    assert_eq!(document["dpop_signing_alg_values_supported"][0], "ES256");
    assert_eq!(document["dpop_bound_access_tokens_required"], false);
}

#[tokio::test]
async fn mcp_06_plain_bearer_tokens_are_accepted_until_they_are_refused() {
    let lenient = world();
    let token = unbound(&lenient).sign();
    lenient.present_bearer(&token).await.assert_passed();
    let strict = world_of(GuardBuilder::refuse_unbound_tokens);
    let answer = strict.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
    assert_eq!(document(&strict)["dpop_bound_access_tokens_required"], true);
    let answer = strict.send(request("", "")).await;
    assert!(answer.challenges().concat().starts_with("DPoP "));
    strict.present_token(&bound(&strict)).await.assert_passed();
    let reported = world_of(|builder| {
        let reporting = builder.allow_and_report_unbound_tokens();
        reporting.refuse_unbound_tokens()
    });
    let answer = reported.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
}

#[test]
fn mcp_07_offline_access_is_no_scope_of_a_server() {
    let with = |scopes: &[&str]| {
        let resource = ProtectedResource::new(RESOURCE).unwrap();
        builder(resource.scopes(scopes.iter().copied()).unwrap()).unwrap()
    };
    let error = with(&["files:read", "offline_access"]).build().unwrap_err();
    assert_eq!(error, ConfigError::OfflineAccess);
    assert!(with(&["files:read", "offline_access2"]).build().is_ok());
}

#[test]
fn mcp_settings_hold_in_derived_guards_and_dpop_can_be_replaced() {
    let guard = builder(resource()).unwrap().build().unwrap();
    let bad = resource().scopes(["offline_access"]).unwrap();
    let derived = guard.to_builder().also_protected_resource(bad);
    assert_eq!(derived.build().unwrap_err(), ConfigError::OfflineAccess);
    let own = || {
        Dpop::new(ORIGIN)
            .unwrap()
            .also_origin("https://mcp.example.net")
            .unwrap()
    };
    assert!(builder(resource()).unwrap().dpop(own()).build().is_ok());
    let twice = builder(resource()).unwrap().dpop(own()).dpop(own());
    assert_eq!(twice.build().unwrap_err(), ConfigError::Repeated("dpop"));
}
