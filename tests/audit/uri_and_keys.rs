//! Findings about the target URI of a proof, and about the keys of proofs and tokens.

use http::{HeaderValue, Uri, Version};
use sender_constraint::keys::{FixedKeys, KeySet};
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use sender_constraint::{ConfigError, Guard};
use serde_json::{Value, json};

use crate::common::{
    AUDIENCE, Answer, ISSUER, Key, NOW, ORIGIN, Proof, Token, World, encode, request,
};

#[tokio::test]
async fn a11_rsa_key_of_a_proof_has_at_most_4096_bits_and_exponent_65537() {
    const F4: &[u8] = &[1, 0, 1];
    let modulus = "must be odd and have 2048 to 4096 bits";
    let exponent = "must be odd and from 3 to 65537";
    for (bits, e, reason) in [
        (2048, F4, ""),
        (4096, F4, ""),
        (4096, &[3], ""),
        (2040, F4, modulus),
        (4104, F4, modulus),
        (8192, F4, modulus),
        (2048, &[1], exponent),
        (2048, &[1, 0, 0], exponent),
        (2048, &[1, 0, 3], exponent),
        (4096, &[0xff; 4], exponent),
        (2048, &[1, 0, 0, 0, 1], exponent),
    ] {
        let answer = present_key(&rsa(bits, e)).await;
        let shown = answer.rejection().to_string();
        if reason.is_empty() {
            // Such a key is good; the signature is not by it.
            answer.assert_refused("PROOF", "proof_signature");
        } else {
            answer.assert_refused("PROOF", "proof_key");
            assert!(shown.contains(reason), "{bits} {e:?}: {shown}");
        }
    }
}

#[test]
fn a11_rsa_key_of_an_issuer_may_be_larger() {
    for (bits, e, usable) in [
        (4104, &[1, 0, 1][..], 1),
        (8192, &[1, 0, 1], 1),
        (8192, &[0xff; 4], 1),
        (8200, &[1, 0, 1], 0),
        (2048, &[1, 0, 0, 0, 1], 0),
    ] {
        let set = json!({"keys": [rsa(bits, e)]}).to_string();
        let set = KeySet::from_json(set.as_bytes()).unwrap();
        assert_eq!(set.len(), usable, "{bits} {e:?}");
    }
}

#[tokio::test]
async fn a13_token_without_kid_is_tried_with_the_fifth_key() {
    let key = Key::new("RS256", 0);
    for place in 0..5 {
        let mut jwks = others(4);
        jwks.insert(place, key.jwk());
        let (world, token) = without_kid(&key, &jwks);
        present(&world, &token).await.assert_passed();
    }
}

#[tokio::test]
async fn a13_sixteen_keys_are_tried_and_the_reason_counts_the_others() {
    let key = Key::new("RS256", 0);
    for (others_before, counts) in [
        (15, None),
        (16, Some("16 tried, 1 left untried")),
        (18, Some("16 tried, 3 left untried")),
    ] {
        let mut jwks = others(others_before);
        jwks.push(key.jwk());
        let (world, token) = without_kid(&key, &jwks);
        let answer = present(&world, &token).await;
        let Some(counts) = counts else {
            answer.assert_passed();
            continue;
        };
        answer.assert_refused("TOK(DPoP)", "token_signature");
        let shown = answer.rejection().to_string();
        assert!(shown.contains(counts), "{shown}");
    }
}

#[tokio::test]
async fn a13_keys_that_name_the_algorithm_come_first() {
    let key = Key::new("RS256", 0);
    let mut jwks = others(20);
    jwks.push(key.published("k1"));
    let (world, token) = without_kid(&key, &jwks);
    present(&world, &token).await.assert_passed();

    // Among those that name it, the order of the set holds.
    let mut jwks = others(20);
    for jwk in &mut jwks {
        jwk["alg"] = "RS256".into();
    }
    jwks.insert(15, key.published("k1"));
    let (world, token) = without_kid(&key, &jwks);
    present(&world, &token).await.assert_passed();
    jwks.swap(15, 16);
    let (world, token) = without_kid(&key, &jwks);
    let answer = present(&world, &token).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
}

/// A guard that knows these keys, and a token by `key` that names none.
fn without_kid(key: &Key, jwks: &[Value]) -> (World, String) {
    let keys = FixedKeys::from_json(&json!({"keys": jwks}).to_string()).unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(key.clone(), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let token = world.token().header("kid", Value::Null).sign();
    (world, token)
}

/// So many RSA keys of nobody, without `alg` and `kid`.
fn others(count: u8) -> Vec<Value> {
    let jwk = |number: u8| {
        let mut modulus = vec![0xff; 256];
        modulus[128] = number;
        json!({"kty": "RSA", "n": encode(modulus), "e": "AQAB"})
    };
    (0..count).map(jwk).collect()
}

async fn present(world: &World, token: &str) -> Answer {
    let proof = world.proof(token).sign();
    world.present(token, &proof).await
}

#[tokio::test]
async fn d7_brackets_in_a_path_are_refused() {
    let world = World::new();
    for path in ["/a[", "/a]", "/a[0]", "/[a]/b"] {
        let htu = format!("https://rs.example.com{path}");
        let answer = request_path(&world, path, &htu).await;
        answer.assert_refused("REQ", "request_illegal_path");
        let answer = request_path(&world, "/a", &htu).await;
        answer.assert_refused("PROOF", "proof_target_uri_form");
    }
    let encoded = "https://rs.example.com/a%5b0%5D";
    let answer = request_path(&world, "/a%5B0%5d", encoded).await;
    answer.assert_passed();
}

#[tokio::test]
async fn d7_brackets_elsewhere_in_htu_are_legal_or_dropped() {
    let world = World::new();
    for htu in [
        "https://rs.example.com/a?b[0]=1",
        "https://rs.example.com/a#[b]",
    ] {
        request_path(&world, "/a", htu).await.assert_passed();
    }
    let world = World::with_dpop(|_| Dpop::new("https://[2001:db8::1]").unwrap());
    let answer = request_path(&world, "/a", "https://[2001:DB8::1]/a").await;
    answer.assert_passed();
}

#[test]
fn d7_path_prefix_does_not_begin_with_two_slashes() {
    let set = |prefix: &str| Dpop::new(ORIGIN).unwrap().path_prefix(prefix).err();
    for prefix in ["//evil", "//evil.example/a", "///a"] {
        let error = set(prefix).unwrap();
        assert_eq!(error, ConfigError::PathPrefix(prefix.to_owned()));
        assert!(error.to_string().contains("starts with one `/`"), "{error}");
    }
    for prefix in ["/evil", "/a//b"] {
        assert_eq!(set(prefix), None);
    }
}

#[tokio::test]
async fn d7_kid_of_a_proof_is_ignored_whatever_it_is() {
    let world = World::new();
    let token = world.token().sign();
    for kid in [
        json!("k"),
        json!(1),
        json!(null),
        json!(["k"]),
        json!({"k": 1}),
    ] {
        let mut proof = world.proof(&token);
        proof.header["kid"] = kid.clone();
        world.present(&token, &proof.sign()).await.assert_passed();
        let mut proof = world.proof(&token);
        proof.header["jwk"]["kid"] = kid;
        world.present(&token, &proof.sign()).await.assert_passed();
    }
    let proof = world.proof(&token);
    let header = proof.header.to_string();
    let twice = header.replace(r#""kty""#, r#""kid":1,"kid":2,"kty""#);
    let answer = world
        .present(&token, &proof.sign_texts(&twice, &proof.claims.to_string()))
        .await;
    answer.assert_refused("PROOF", "proof_header");
}

#[tokio::test]
async fn d7_kid_that_is_compared_must_be_a_text() {
    let world = World::new();
    for kid in [json!(1), json!(null), json!(["k1"]), json!({"k1": 1})] {
        let mut token = world.token();
        token.header["kid"] = kid.clone();
        let answer = present(&world, &token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_header");
        let mut jwk = world.issuer.published("k1");
        jwk["kid"] = kid;
        let set = json!({"keys": [jwk, world.issuer.published("k1")]}).to_string();
        let set = KeySet::from_json(set.as_bytes()).unwrap();
        assert_eq!((set.len(), set.skipped()), (1, 1));
    }
}

#[tokio::test]
async fn d7_compressed_jws_is_refused() {
    let world = World::new();
    for zip in [
        json!("DEF"),
        json!(""),
        json!(null),
        json!(false),
        json!([]),
    ] {
        let mut token = world.token();
        token.header["zip"] = zip.clone();
        let answer = present(&world, &token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_critical");
        let shown = answer.rejection().to_string();
        assert!(shown.contains("`zip`"), "{shown}");

        let token = world.token().sign();
        let mut proof = world.proof(&token);
        proof.header["zip"] = zip;
        let answer = world.present(&token, &proof.sign()).await;
        answer.assert_refused("PROOF", "proof_critical");
        let shown = answer.rejection().to_string();
        assert!(shown.contains("`zip`"), "{shown}");
    }
}

#[tokio::test]
async fn n6_bare_prefix_is_named_with_and_without_its_slash() {
    let world = World::with_dpop(|dpop| dpop.path_prefix("/svc1").unwrap());
    for htu in [
        "https://rs.example.com/svc1/",
        "https://rs.example.com/svc1",
        "https://rs.example.com/svc%31?a=/",
        "HTTPS://rs.example.com/x/../svc1",
    ] {
        request_path(&world, "/", htu).await.assert_passed();
    }
    for (path, htu) in [
        ("/", "https://rs.example.com/"),
        ("/", "https://rs.example.com"),
        ("/", "https://rs.example.com/svc"),
        ("/", "https://rs.example.com/svc1//"),
        ("/", "https://evil.example/svc1"),
        ("//", "https://rs.example.com/svc1/"),
        ("//", "https://rs.example.com/svc1"),
        ("/a/", "https://rs.example.com/svc1/a"),
        ("/a", "https://rs.example.com/svc1"),
    ] {
        let answer = request_path(&world, path, htu).await;
        answer.assert_refused("PROOF", "proof_target_uri");
    }
    // Without a prefix there is one name: an empty path is `/`.
    let world = World::new();
    let answer = request_path(&world, "/", "https://rs.example.com").await;
    answer.assert_passed();
}

#[tokio::test]
async fn n6_proof_by_either_name_is_one_use() {
    let world = World::with_dpop(|dpop| dpop.path_prefix("/svc1").unwrap());
    let token = world.token().sign();
    let send = async |htu: &str| {
        let proof = world.proof(&token).claim("htu", htu).claim("jti", "one");
        let mut request = request(&format!("DPoP {token}"), &proof.sign());
        *request.uri_mut() = Uri::from_static("/");
        world.send(request).await
    };
    send("https://rs.example.com/svc1").await.assert_passed();
    for htu in [
        "https://rs.example.com/svc1/",
        "https://rs.example.com/svc1",
    ] {
        let answer = send(htu).await;
        answer.assert_refused("PROOF", "proof_replayed");
    }
}

#[tokio::test]
async fn n9_unusual_host_does_not_refuse_over_http_1() {
    let world = World::new();
    for host in [
        "rs.example.com.",
        "rs.example.com.:443",
        "RS.Example.Com.:",
        "10.0.0.7.",
        "[fe80::1%25eth0]",
        "[FE80::1%25en%2D0]:8443",
        "[fe80::1%eth0]",
    ] {
        let answer = with_host(&world, Version::HTTP_11, "/a", host).await;
        answer.assert_passed();
    }
    for host in [
        ".",
        "rs.example.com..",
        "rs.example.com./a",
        "rs.example.com.?",
        "rs.example.com.#",
        "u@rs.example.com.",
        "rs.example.com. ",
        "rs example.com.",
        "rs.example.com.:0",
        "rs.example.com.:44x",
        "r\u{e9}.example.com.",
        "[fe80::1%25]",
        "[fe80::1%]",
        "[fe80::1%25eth0",
        "[fe80::1%25eth0]x",
        "[fe80::1%25eth0]:0",
        "[fe80::1%25a]b]",
        "[fe80::1%25eth0@]",
        "[fe80::1%25e/h]",
        "[fe80::1%25%zz]",
        "[fe80%25eth0]",
        "[192.0.2.1%25eth0]",
    ] {
        let answer = with_host(&world, Version::HTTP_11, "/a", host).await;
        let seen = (answer.outcome(), answer.kind());
        assert_eq!(seen, ("REQ".to_owned(), "request_illegal_host"), "{host}");
    }
}

#[tokio::test]
async fn n9_unusual_hosts_conflict_unless_they_are_the_same_text() {
    let world = World::new();
    let dotted = "https://rs.example.com./a";
    let usual = "https://rs.example.com/a";
    for (target, host) in [(dotted, "rs.example.com."), (dotted, "RS.example.com.")] {
        let answer = with_host(&world, Version::HTTP_2, target, host).await;
        answer.assert_passed();
    }
    for (target, host) in [
        (dotted, "rs.example.com"),
        (usual, "rs.example.com."),
        (dotted, "evil.example."),
        (usual, "[fe80::1%25eth0]"),
        ("https://[fe80::1]/a", "[fe80::1%25eth0]"),
    ] {
        let answer = with_host(&world, Version::HTTP_2, target, host).await;
        answer.assert_refused("REQ", "request_host_conflict");
    }
}

/// A good request for `/a` of the origin, sent to this target with this `Host`.
async fn with_host(world: &World, version: Version, target: &str, host: &str) -> Answer {
    let mut request = world.good_request();
    *request.version_mut() = version;
    *request.uri_mut() = target.parse::<Uri>().unwrap();
    let host = HeaderValue::from_bytes(host.as_bytes()).unwrap();
    request.headers_mut().insert("host", host);
    world.send(request).await
}

#[tokio::test]
async fn n5_sender_is_kept_once_however_it_spells_its_header() {
    let dpop = Dpop::new(ORIGIN).unwrap();
    let world = World::with_dpop(|_| dpop.clone());
    let kept = || format!("{dpop:?}");
    let token = world.token().sign();
    assert!(kept().contains("Senders(0 entries)"), "{}", kept());
    for spelling in [0, 1, 2, 3, 3, 1, 0] {
        let proof = world.proof(&token).header("spelling", spelling);
        let answer = world.present(&token, &proof.sign()).await;
        answer.assert_passed();
        assert!(kept().contains("Senders(1 entries)"), "{}", kept());
    }
    // Another client has an entry of its own.
    let other = Key::new("ES256", 7);
    let token = Token::bound(&world.issuer, &other).sign();
    let proof = Proof::new(&other, &token).sign();
    world.present(&token, &proof).await.assert_passed();
    assert!(kept().contains("Senders(2 entries)"), "{}", kept());
}

#[tokio::test]
async fn n7_at_the_epoch_only_tokens_without_times_are_accepted() {
    let key = Key::new("ES256", 0);
    let keys = FixedKeys::from_json(&json!({"keys": [key.published("k1")]}).to_string()).unwrap();
    let issuer = Issuer::new(ISSUER, keys).unwrap().accept_untyped_tokens();
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    let world = World::with_tokens(key.clone(), tokens, |tokens| {
        let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        guard.allow_unbound_tokens()
    });
    world.clock.set(0);
    let (with_iat, without) = (
        Token::unbound(&key),
        Token::unbound(&key).claim("iat", Value::Null),
    );
    let answer = world.present_bearer(&with_iat.sign()).await;
    answer.assert_refused("TOK(Bearer)", "token_issued_in_future");
    let nbf = without.clone().claim("nbf", NOW);
    let answer = world.present_bearer(&nbf.sign()).await;
    answer.assert_refused("TOK(Bearer)", "token_not_yet_valid");
    world.present_bearer(&without.sign()).await.assert_passed();

    let bound = world.token().claim("iat", Value::Null);
    let answer = present(&world, &bound.sign()).await;
    answer.assert_refused("PROOF", "proof_issued_in_future");
}

/// A request for this path with a proof of this `htu`.
async fn request_path(world: &World, path: &str, htu: &str) -> Answer {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htu", htu).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    *request.uri_mut() = path.parse::<Uri>().unwrap();
    world.send(request).await
}

/// A proof with this RSA key, to which the token is bound; the signature does not hold.
async fn present_key(jwk: &Value) -> Answer {
    let world = World::new();
    let text = |name: &str| jwk[name].as_str().unwrap();
    let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text("e"), text("n"));
    let token = world
        .token()
        .claim("cnf", json!({"jkt": sha256(&members)}))
        .sign();
    let proof = world.proof(&token);
    let proof = proof.header("alg", "PS256").header("jwk", jwk.clone());
    world.present(&token, &proof.sign()).await
}

fn rsa(bits: usize, e: &[u8]) -> Value {
    json!({"kty": "RSA", "n": encode(vec![0xff; bits / 8]), "e": encode(e)})
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    encode(sha2::Sha256::digest(text))
}
