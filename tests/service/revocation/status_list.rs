//! Token Status Lists: what is unknown is 503, what is not VALID is 401, and neither is ever accepted.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use sender_constraint::ConfigError;
use sender_constraint::http_client::{IncomingResponse, UrlSource};
use sender_constraint::keys::StaticKeys;
use sender_constraint::revocation::{Revocation as _, StatusLists, TokenUse};
use sender_constraint::time::Timestamp;
use sender_constraint::token::AccessToken;
use serde_json::{Value, json};
use std::time::Duration;

use crate::common::*;
use crate::remote::Net;

mod times;

#[tokio::test(start_paused = true)]
async fn tsl_08_12_list_is_unknown_until_it_is_fetched_in_the_background() {
    let (world, net) = world();
    publish(&net, &good());
    let answer = send(&world, 1).await;
    answer.assert_refused("INFRA", "unavailable_revocation");
    assert_eq!(answer.header("retry-after"), Some("1"));
    net_settles().await;
    send(&world, 1).await.assert_passed();
    assert_eq!(net.requests(), [(URI.to_owned(), UrlSource::Configured)]);
}

#[tokio::test(start_paused = true)]
async fn tsl_06_07_only_valid_is_accepted() {
    for (bits, lst, statuses) in [
        (
            1,
            BITS_1,
            vec![
                (0, Some("INVALID")),
                (1, None),
                (15, Some("INVALID")),
                (16, Some("beyond the end")),
            ],
        ),
        (
            2,
            BITS_2,
            vec![
                (0, Some("INVALID")),
                (1, Some("SUSPENDED")),
                (2, None),
                (3, Some("0x03")),
            ],
        ),
    ] {
        let (world, net) = world();
        let list = json!({"bits": bits, "lst": lst});
        publish(&net, &good().claim("status_list", list));
        send(&world, 0).await;
        net_settles().await;
        for (index, fault) in statuses {
            let answer = send(&world, index).await;
            let Some(fault) = fault else {
                answer.assert_passed();
                continue;
            };
            answer.assert_refused("TOK(DPoP)", "revocation_denied");
            let text = answer.rejection().to_string();
            assert!(text.contains(fault), "{text}");
        }
        send(&world, u64::MAX)
            .await
            .assert_refused("TOK(DPoP)", "revocation_denied");
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_02_malformed_reference_is_refused_and_none_passes() {
    let (world, net) = world();
    let reference = |idx: Value, uri: Value| json!({"status_list": {"idx": idx, "uri": uri}});
    for status in [
        reference(json!(-1), json!(URI)),
        reference(json!("1"), json!(URI)),
        reference(json!(1.5), json!(URI)),
        reference(Value::Null, json!(URI)),
        reference(json!(1), Value::Null),
        reference(json!(1), json!("u".repeat(2001))),
        json!({"status_list": {"idx": 1}}),
        json!({"status_list": {"uri": URI}}),
        json!({"status_list": null}),
        json!({"status_list": "1"}),
    ] {
        let answer = present(&world, world.token().claim("status", status.clone())).await;
        answer.assert_refused("TOK(DPoP)", "revocation_denied");
    }
    for status in [
        Value::Null,
        json!("active"),
        json!({}),
        json!({"other": {"idx": 1}}),
    ] {
        let answer = present(&world, world.token().claim("status", status)).await;
        answer.assert_passed();
    }
    assert!(net.requests().is_empty());
    for (length, outcome, kind) in [
        (2000, "INFRA", "unavailable_revocation"),
        (2001, "TOK(DPoP)", "revocation_denied"),
    ] {
        let uri = format!("{URI}{}", "u".repeat(length - URI.len()));
        let token = world
            .token()
            .claim("status", reference(json!(1), json!(uri)));
        present(&world, token).await.assert_refused(outcome, kind);
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_11_list_at_another_origin_is_never_fetched() {
    let (world, net) = world();
    for uri in [
        "https://other.example.com/1",
        "https://status.example.com:8443/1",
        "http://status.example.com/1",
        "https://user@status.example.com/1",
        "https://status.example.com.evil.example/1",
        "https://127.0.0.1/1",
        "file:///etc/passwd",
        "",
    ] {
        let status = json!({"status_list": {"idx": 1, "uri": uri}});
        let answer = present(&world, world.token().claim("status", status)).await;
        answer.assert_refused("TOK(DPoP)", "revocation_denied");
    }
    net_settles().await;
    assert!(net.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn tsl_01_expired_token_causes_no_fetch() {
    let (world, net) = world();
    let token = token(&world, 1).claim("exp", NOW - 60);
    let answer = present(&world, token).await;
    answer.assert_refused("TOK(DPoP)", "token_expired");
    net_settles().await;
    assert!(net.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn tsl_03_04_list_that_is_not_verified_is_not_used() {
    let stranger = Key::from_seed("ES256", 9);
    let with = |name: &str, value: Value| good().claim(name, value);
    for (list, fault) in [
        (with("sub", json!(format!("{URI}/"))), "`sub` is not"),
        (with("sub", Value::Null), "`sub` is not"),
        (
            with("iss", json!("https://other.example.com")),
            "`iss` is not",
        ),
        (with("iat", Value::Null), "no `iat`"),
        (with("iat", json!(NOW + 61)), "in the future"),
        (with("exp", json!(NOW)), "expired"),
        (with("status_list", Value::Null), "no `status_list`"),
        (with("status_list", json!({"lst": BITS_1})), "no `bits`"),
        (with("status_list", json!({"bits": 1})), "no `lst`"),
        (
            with("status_list", json!({"bits": 3, "lst": BITS_1})),
            "`bits` is not",
        ),
        (
            with("status_list", json!({"bits": 1, "lst": "AAAA"})),
            "not zlib",
        ),
        (with("ttl", json!(-1)), "claims"),
        (good().header("typ", "JWT"), "`typ` is not"),
        (good().header("typ", Value::Null), "`typ` is not"),
        (good().header("crit", json!(["exp"])), "must be understood"),
        (good().header("alg", "HS256"), "`alg` is not"),
        (good().signed_by(&stranger), "no key"),
        (good().header("kid", "k2"), "no key"),
    ] {
        let (world, net) = world();
        publish(&net, &list);
        assert_unusable(&world, fault).await;
    }
    let (world, net) = world();
    let text = good().sign();
    for (status, content_type, body, fault) in [
        (
            404,
            "application/statuslist+jwt",
            text.as_str(),
            "status 404",
        ),
        (200, "text/html", text.as_str(), "content type"),
        (
            200,
            "application/statuslist+cwt",
            text.as_str(),
            "content type",
        ),
        (200, "application/statuslist+jwt", "no token", "not a JWS"),
    ] {
        answer(
            &net,
            StatusCode::from_u16(status).unwrap(),
            content_type,
            body,
        );
        assert_unusable(&world, fault).await;
        world.clock.advance(120);
    }
}

#[tokio::test(start_paused = true)]
async fn jose_10_sixteen_keys_verify_a_list_without_kid() {
    let key = Key::from_seed("ES256", 0);
    for (others, last, is_usable) in [
        (15, key.jwk(), true),
        (16, key.jwk(), false),
        (16, key.published("k1"), true),
    ] {
        let (world, net) = world_with(keys_after(others, last));
        publish(&net, &good().header("kid", Value::Null));
        if is_usable {
            send(&world, 1).await;
            net_settles().await;
            send(&world, 1).await.assert_passed();
        } else {
            assert_unusable(&world, "no key").await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_09_list_is_fetched_again_after_its_ttl_and_ends_with_it() {
    let (world, net) = world();
    publish(&net, &good().claim("ttl", 60));
    send(&world, 1).await;
    net_settles().await;
    world.clock.set(NOW + 60);
    send(&world, 1).await.assert_passed();
    net_settles().await;
    assert_eq!(net.requests().len(), 1);
    // The old list serves while the new one is fetched.
    world.clock.set(NOW + 61);
    let revoked = good().claim("status_list", json!({"bits": 1, "lst": ALL_INVALID}));
    publish(&net, &revoked.claim("ttl", 60));
    send(&world, 1).await.assert_passed();
    net_settles().await;
    send(&world, 1)
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
    assert_eq!(net.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn tsl_08_unreachable_list_serves_for_a_limited_time() {
    let (world, net) = world();
    publish(&net, &good().claim("ttl", 60));
    send(&world, 1).await;
    net_settles().await;
    net.remove(URI);
    for (now, is_usable) in [(61, true), (120, true), (121, false)] {
        world.clock.set(NOW + now);
        let answer = send(&world, 1).await;
        net_settles().await;
        if is_usable {
            answer.assert_passed();
        } else {
            answer.assert_refused("INFRA", "unavailable_revocation");
            let text = answer.rejection().to_string();
            assert!(text.contains("nobody is there"), "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_08_clock_that_is_set_back_does_not_make_a_list_young() {
    let (world, net) = world();
    publish(&net, &good().claim("ttl", 60));
    world.clock.set(NOW + 50);
    send(&world, 1).await;
    net_settles().await;
    net.remove(URI);
    let early = || token(&world, 1).claim("iat", NOW - 200);
    for (now, is_usable) in [(NOW - 70, true), (NOW - 71, false)] {
        world.clock.set(now);
        let answer = present(&world, early()).await;
        if is_usable {
            answer.assert_passed();
        } else {
            answer.assert_refused("INFRA", "unavailable_revocation");
        }
    }
    publish(&net, &good());
    world.clock.set(NOW + 400);
    send(&world, 1).await;
    net_settles().await;
    send(&world, 1).await.assert_passed();
}

#[tokio::test(start_paused = true)]
async fn tsl_08_list_is_not_used_beyond_its_exp() {
    let (world, net) = world();
    publish(&net, &good().claim("ttl", 600).claim("exp", NOW + 30));
    send(&world, 1).await;
    net_settles().await;
    world.clock.set(NOW + 29);
    send(&world, 1).await.assert_passed();
    net_settles().await;
    assert_eq!(net.requests().len(), 1);
    publish(&net, &good().claim("ttl", 600).claim("exp", NOW + 90));
    world.clock.set(NOW + 30);
    let answer = send(&world, 1).await;
    answer.assert_refused("INFRA", "unavailable_revocation");
    let text = answer.rejection().to_string();
    assert!(text.contains("has expired and is being fetched"), "{text}");
    net_settles().await;
    send(&world, 1).await.assert_passed();
    assert_eq!(net.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn tsl_12_requests_cause_one_fetch_and_failures_are_spaced() {
    let (world, net) = world();
    for _ in 0..5 {
        send(&world, 1)
            .await
            .assert_refused("INFRA", "unavailable_revocation");
    }
    net_settles().await;
    assert_eq!(net.requests().len(), 1);
    for (now, fetches) in [(0, 1), (1, 2), (2, 2), (3, 3), (6, 3), (7, 4)] {
        world.clock.set(NOW + now);
        send(&world, 1)
            .await
            .assert_refused("INFRA", "unavailable_revocation");
        net_settles().await;
        assert_eq!(net.requests().len(), fetches, "{now}");
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_08_issuer_that_is_not_configured_is_our_trouble() {
    let lists = StatusLists::new(Net::empty());
    let world = World::with(|builder| builder.revocation(lists));
    let answer = send(&world, 1).await;
    answer.assert_refused("INFRA", "unavailable_revocation");
    let text = answer.rejection().to_string();
    assert!(text.contains("`StatusLists::add_issuer`"), "{text}");
}

#[test]
fn settings_of_status_lists_are_checked() {
    let lists = || StatusLists::new(Net::empty());
    let add = |lists: StatusLists, origin| lists.add_issuer(ISSUER, keys(), [origin]);
    for good in [
        "https://status.example.com",
        "https://status.example.com/",
        "http://localhost:1",
    ] {
        assert!(add(lists(), good).is_ok(), "{good}");
    }
    for bad in [
        "http://status.example.com",
        "status.example.com",
        "https://a.example/x",
        "https://a.example/?x",
    ] {
        let error = add(lists(), bad).unwrap_err();
        assert!(matches!(error, ConfigError::Url { .. }), "{error}");
    }
    let twice = add(
        add(lists(), "https://a.example").unwrap(),
        "https://a.example",
    );
    assert!(matches!(twice, Err(ConfigError::DuplicateIssuer(_))));
    let none = lists().add_issuer(ISSUER, keys(), []);
    assert!(matches!(none, Err(ConfigError::NoStatusListOrigin(issuer)) if issuer == ISSUER));
    for (seconds, fits) in [(0, true), (3600, true), (3601, false)] {
        let set = lists().max_staleness(Duration::from_secs(seconds));
        assert_eq!(set.is_ok(), fits, "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn tsl_10_issuer_has_at_most_1000_lists() {
    let (world, net) = world();
    let send = async |number: u32| {
        let uri = format!("https://status.example.com/lists/{number}");
        let status = json!({"status_list": {"idx": 1, "uri": uri}});
        let answer = present(&world, world.token().claim("status", status)).await;
        answer.assert_refused("INFRA", "unavailable_revocation");
        answer.rejection().to_string()
    };
    net.hold();
    for number in 0..1000 {
        let text = send(number).await;
        assert!(text.contains("not yet fetched"), "{text}");
    }
    let text = send(1000).await;
    assert!(text.contains("the limit of 1000 status lists"), "{text}");
    // Lists that could not be fetched make room.
    net.release();
    net_settles().await;
    let text = send(1000).await;
    assert!(text.contains("not yet fetched"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn tsl_10_at_most_4_lists_are_fetched_at_a_time() {
    let net = Net::empty();
    let other = "https://other.example.com";
    let lists = StatusLists::new(net.clone());
    let lists = lists.add_issuer(ISSUER, keys(), ["https://status.example.com"]);
    let lists = lists
        .unwrap()
        .add_issuer(other, keys(), ["https://status.example.com"])
        .unwrap();
    let check = |issuer: &str, number: u32| {
        let uri = format!("https://status.example.com/lists/{number}");
        let claims = json!({"iss": issuer, "status": {"status_list": {"idx": 1, "uri": uri}}});
        let token = AccessToken::from_verified_claims(claims.to_string().as_bytes());
        let token = token.unwrap();
        let now = Timestamp::from_unix_seconds(NOW);
        let checked = lists.check(&TokenUse::new(&token), now);
        checked.unwrap_err().to_string()
    };
    net.hold();
    for number in 0..5 {
        check([ISSUER, other][number as usize % 2], number);
    }
    net_settles().await;
    assert_eq!(net.requests().len(), 4);
    net.release();
    net_settles().await;
    assert_eq!(net.requests().len(), 5);
    // A fetch that waits too long is repeated later.
    net.hold();
    for number in 10..100 {
        check(ISSUER, number);
    }
    tokio::time::sleep(Duration::from_secs(16)).await;
    let text = check(ISSUER, 99);
    assert!(text.contains("the limit of 4 concurrent fetches"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn jose_01_algorithms_of_lists_are_a_list_of_their_own() {
    use sender_constraint::jose::Algorithm;
    let named = |before: bool, algorithm| {
        let net = Net::empty();
        let lists = StatusLists::new(net.clone());
        let add = |lists: StatusLists| {
            let added = lists.add_issuer(ISSUER, keys(), ["https://status.example.com"]);
            added.unwrap()
        };
        let name = |lists: StatusLists| lists.algorithms([algorithm]).unwrap();
        let lists = if before {
            add(name(lists))
        } else {
            name(add(lists))
        };
        (World::with(|builder| builder.revocation(lists)), net)
    };
    for before in [true, false] {
        let (world, net) = named(before, Algorithm::Es256);
        publish(&net, &good());
        send(&world, 1).await;
        net_settles().await;
        send(&world, 1).await.assert_passed();
        let (world, net) = named(before, Algorithm::Ps256);
        publish(&net, &good());
        assert_unusable(&world, "alg").await;
    }
    let none = StatusLists::new(Net::empty()).algorithms([]);
    assert_eq!(none.unwrap_err(), ConfigError::NoAlgorithm("status list"));
}

#[test]
fn fapi_07_default_algorithms_of_lists_contradict_the_profile() {
    use sender_constraint::jose::Algorithm;
    let guard = |lists: StatusLists| {
        let tokens = sender_constraint::token::JwtVerifier::new(ISSUER, AUDIENCE, keys());
        let dpop = sender_constraint::proof::Dpop::new(ORIGIN).unwrap();
        let guard = sender_constraint::Guard::fapi2(tokens.unwrap()).dpop(dpop);
        guard.revocation(std::sync::Arc::new(lists)).build()
    };
    let error = guard(StatusLists::new(Net::empty())).unwrap_err();
    assert!(matches!(error, ConfigError::Profile { .. }), "{error}");
    assert!(
        error.to_string().contains("`StatusLists::algorithms`"),
        "{error}"
    );
    let named = StatusLists::new(Net::empty()).algorithms(Algorithm::FAPI);
    guard(named.unwrap()).unwrap();
}

/// Refused with 503, and for this reason once the fetch is over.
async fn assert_unusable(world: &World, fault: &str) {
    send(world, 1)
        .await
        .assert_refused("INFRA", "unavailable_revocation");
    net_settles().await;
    let answer = send(world, 1).await;
    answer.assert_refused("INFRA", "unavailable_revocation");
    let text = answer.rejection().to_string();
    assert!(text.contains(fault), "{fault}: {text}");
}

fn world() -> (World, Net) {
    world_with(keys())
}

fn world_with(keys: StaticKeys) -> (World, Net) {
    let net = Net::empty();
    let lists = StatusLists::new(net.clone());
    let lists = lists.add_issuer(ISSUER, keys, ["https://status.example.com"]);
    (
        World::with(|builder| builder.revocation(lists.unwrap())),
        net,
    )
}

fn keys() -> StaticKeys {
    let set = json!({"keys": [Key::from_seed("ES256", 0).published("k1")]});
    StaticKeys::from_json(&set.to_string()).unwrap()
}

/// A Status List Token with VEC-05.
fn good() -> Token {
    let mut token = Token::unbound(&Key::from_seed("ES256", 0)).header("typ", "statuslist+jwt");
    token.claims = json!({"iss": ISSUER, "sub": URI, "iat": NOW});
    token.claim("status_list", json!({"bits": 1, "lst": BITS_1}))
}

fn publish(net: &Net, list: &Token) {
    answer(
        net,
        StatusCode::OK,
        "application/statuslist+jwt",
        &list.sign(),
    );
}

fn answer(net: &Net, status: StatusCode, content_type: &str, body: &str) {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
    net.respond(
        URI,
        IncomingResponse::new(status, headers, body.as_bytes().to_vec()),
    );
}

fn token(world: &World, index: u64) -> Token {
    let status = json!({"status_list": {"idx": index, "uri": URI}});
    world
        .token()
        .claim("status", status)
        .claim("exp", NOW + 3600)
}

async fn send(world: &World, index: u64) -> Answer {
    present(world, token(world, index)).await
}

/// With a proof of the present of the world.
async fn present(world: &World, token: Token) -> Answer {
    use sender_constraint::time::Clock as _;
    let token = token.sign();
    let now = world.clock.now().as_unix_seconds();
    let proof = world.proof(&token).claim("iat", now).sign();
    world.present(&token, &proof).await
}

/// Lets fetches end. The time of the runtime is set, not waited for.
async fn net_settles() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

const URI: &str = "https://status.example.com/lists/1";
/// VEC-05.
const BITS_1: &str = "eNrbuRgAAhcBXQ";
/// VEC-06.
const BITS_2: &str = "eNo76fITAAPfAgc";
/// Two bytes of ones.
const ALL_INVALID: &str = "eNr7_x8AAv8B_w";
