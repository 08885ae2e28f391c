//! One request for each reason to refuse, and the token and proof in it.

use sender_constraint::future::MaybeReady;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, Request, Version};
use sender_constraint::Guard;
use sender_constraint::Unavailable;
use sender_constraint::keys::{KeyHint, KeySource, StaticKeys, VerificationKey};
use sender_constraint::proof::{Dpop, NonceSecret, NonceSecrets, Nonces};
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::revocation::{Denial, Revocation, RevocationError, TokenUse};
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    AccessToken, Dialect, Issuer, JwtVerifier, PresentedToken, TokenError, TokenVerifier,
};
use serde_json::{Value, json};

use crate::common::*;

pub(crate) struct Refusal {
    pub(crate) kind: &'static str,
    pub(crate) world: World,
    pub(crate) request: Request<()>,
    pub(crate) token: String,
    pub(crate) proof: String,
}

pub(crate) fn refusals() -> Vec<Refusal> {
    let mut all = of_credentials();
    all.extend(of_binding());
    all.extend(of_proofs());
    all.extend(of_nonces());
    all.extend(of_requests());
    all.extend(of_tokens());
    all.extend(of_untyped_tokens());
    all.extend(of_dialects());
    all.extend(of_ourselves());
    all
}

fn of_credentials() -> Vec<Refusal> {
    let strict = || World::with(|builder| builder.refuse_query_tokens());
    vec![
        of_request("credentials_malformed", |request, token, _| {
            set(request, "authorization", &format!("DPoP {token} {token}"));
        }),
        of_request("credentials_already_checked", |request, _, _| {
            request.headers_mut().remove("authorization");
            let access = sender_constraint_testing::access(json!({"iss": ISSUER}));
            request.extensions_mut().insert(access);
        }),
        of_request("credentials_missing", |request, _, _| {
            request.headers_mut().remove("authorization");
        }),
        of_request_to(strict(), "credentials_query_token", |request, token, _| {
            *request.uri_mut() = format!("/a?access_token={token}").parse().unwrap();
        }),
        of_request("credentials_repeated", |request, _, _| {
            let again = request.headers()["authorization"].clone();
            request.headers_mut().append("authorization", again);
        }),
        of_request("credentials_token_too_large", |request, token, _| {
            let long = format!("DPoP {token}{}", "a".repeat(16 * 1024));
            set(request, "authorization", &long);
        }),
        of_request("credentials_unsupported_scheme", |request, token, _| {
            set(request, "authorization", &format!("Basic {token}"));
        }),
    ]
}

fn of_binding() -> Vec<Refusal> {
    let bearer = |request: &mut Request<()>, token: &str, _: &str| {
        set(request, "authorization", &format!("Bearer {token}"));
    };
    let strict = World::with(|builder| builder.allow_unbound_tokens().refuse_stray_proofs());
    let unbound = |world: &World| Token::unbound(&world.issuer).sign();
    let with_cnf = |kind, cnf: Value| of_token(kind, |token| token.claim("cnf", cnf));
    let other = World::new();
    let stranger = other.proof("").key.with_alg("ES256");
    vec![
        of_request("binding_bound_token_as_bearer", bearer),
        with_cnf(
            "binding_mtls_not_configured",
            json!({
                "jkt": Key::from_seed("ES256", 1).thumbprint(),
                "x5t#S256": stranger.thumbprint(),
            }),
        ),
        with_cnf(
            "binding_key_mismatch",
            json!({"jkt": Key::from_seed("ES256", 9).thumbprint()}),
        ),
        case("binding_stray_proof", strict, unbound, good_proof, bearer),
        case(
            "binding_unbound_token",
            World::new(),
            unbound,
            good_proof,
            bearer,
        ),
        case(
            "binding_unbound_token_as_dpop",
            World::new(),
            unbound,
            good_proof,
            as_it_is,
        ),
        with_cnf("binding_unknown_confirmation", json!({"kid": "k"})),
    ]
}

fn of_proofs() -> Vec<Refusal> {
    let with_claim = |kind, name, value: Value| of_proof(kind, |proof| proof.claim(name, value));
    let with_header = |kind, name, value: Value| of_proof(kind, |proof| proof.header(name, value));
    let private = |proof: Proof| {
        let mut jwk = proof.header["jwk"].clone();
        jwk["d"] = "c2VjcmV0c2VjcmV0c2VjcmV0".into();
        proof.header("jwk", jwk)
    };
    vec![
        with_claim(
            "proof_access_token_hash",
            "ath",
            json!(Key::from_seed("ES256", 9).thumbprint()),
        ),
        with_header("proof_algorithm", "alg", json!("RS256")),
        with_header("proof_critical", "crit", json!(["exp"])),
        with_claim("proof_empty_claim", "jti", json!("")),
        with_claim("proof_expired", "exp", json!(NOW - 60)),
        with_header("proof_header", "typ", json!(1)),
        with_claim("proof_issued_in_future", "iat", json!(NOW + 60)),
        with_claim("proof_issued_too_long_ago", "iat", json!(NOW - 600)),
        with_claim("proof_jti_too_long", "jti", json!("j".repeat(600))),
        of_proof("proof_key", private),
        with_claim("proof_method", "htm", json!("PUT")),
        of_request("proof_missing", |request, _, _| {
            request.headers_mut().remove("dpop");
        }),
        with_claim("proof_missing_claim", "jti", Value::Null),
        with_header("proof_missing_header_member", "jwk", Value::Null),
        case(
            "proof_no_target_path",
            World::new(),
            good_token,
            |proof| proof.claim("htm", "OPTIONS").sign(),
            |request, _, _| {
                *request.method_mut() = Method::OPTIONS;
                *request.uri_mut() = "*".parse().unwrap();
            },
        ),
        of_request("proof_not_a_jws", |request, _, proof| {
            set(request, "dpop", &format!("{proof}, {proof}"));
        }),
        with_claim("proof_not_yet_valid", "nbf", json!(NOW + 60)),
        with_claim("proof_payload", "iat", json!("now")),
        of_request("proof_repeated", |request, _, _| {
            let again = request.headers()["dpop"].clone();
            request.headers_mut().append("dpop", again);
        }),
        of_request("proof_replayed", as_it_is),
        case(
            "proof_signature",
            World::new(),
            good_token,
            other_signature,
            as_it_is,
        ),
        with_claim("proof_target_uri", "htu", json!("https://rs.example.com/b")),
        with_claim(
            "proof_target_uri_form",
            "htu",
            json!("mailto:rs@example.com"),
        ),
        of_request("proof_too_large", |request, _, proof| {
            set(request, "dpop", &format!("{proof}{}", "a".repeat(8 * 1024)));
        }),
        with_header("proof_type", "typ", json!("JWT")),
    ]
}

fn of_nonces() -> Vec<Refusal> {
    let secret = |last| {
        let mut bytes = [0; 32];
        bytes[31] = last;
        NonceSecrets::new(NonceSecret::from_bytes(bytes).expect("a secret"))
    };
    let required = |last| World::with_dpop(|dpop| dpop.nonces(Nonces::required(secret(last))));
    let issued = |last, at| {
        let world = required(last);
        world.clock.set(at);
        let mut headers = HeaderMap::new();
        let (head, ()) = Request::new(()).into_parts();
        world.guard.new_nonce(&head).finish(&mut headers);
        headers["dpop-nonce"].to_str().expect("text").to_owned()
    };
    let with_nonce = |kind, nonce: String| {
        let proof = |proof: Proof| proof.claim("nonce", nonce).sign();
        case(kind, required(1), good_token, proof, as_it_is)
    };
    vec![
        with_nonce("proof_nonce_expired", issued(1, NOW - 120)),
        with_nonce("proof_nonce_from_future", issued(1, NOW + 60)),
        with_nonce("proof_nonce_malformed", "of another server".to_owned()),
        case(
            "proof_nonce_missing",
            required(1),
            good_token,
            good_proof,
            as_it_is,
        ),
        case(
            "proof_nonce_missing_on_skew",
            World::with_dpop(|dpop| dpop.nonces(Nonces::on_clock_skew(secret(1)))),
            good_token,
            |proof| proof.claim("iat", NOW - 600).sign(),
            as_it_is,
        ),
        with_nonce("proof_nonce_unknown", issued(2, NOW)),
    ]
}

fn of_requests() -> Vec<Refusal> {
    vec![
        of_request("request_early_data", |request, _, _| {
            set(request, "early-data", "1");
        }),
        of_request("request_host_conflict", |request, _, _| {
            *request.version_mut() = Version::HTTP_2;
            *request.uri_mut() = "https://rs.example.com/a".parse().unwrap();
            set(request, "host", "evil.example.com");
        }),
        of_request("request_illegal_host", |request, _, _| {
            set(request, "host", "rs.example.com/a?");
        }),
        of_request("request_illegal_path", |request, _, _| {
            *request.uri_mut() = "/b/../a".parse().unwrap();
        }),
        of_request_to(two_origins(), "request_misdirected", |request, _, _| {
            set(request, "host", "other.example.com");
        }),
        of_request_to(two_origins(), "request_missing_host", |request, _, _| {
            request.headers_mut().remove("host");
        }),
        of_request("request_path_too_long", |request, _, _| {
            let path = format!("/{}", "a".repeat(9000));
            *request.uri_mut() = path.parse().unwrap();
        }),
        of_request("request_repeated_host", |request, _, _| {
            let host = HeaderValue::from_static("rs.example.com");
            request.headers_mut().append("host", host.clone());
            request.headers_mut().append("host", host);
        }),
    ]
}

fn two_origins() -> World {
    World::with_dpop(|dpop| dpop.also_origin("https://rs.example.eu").unwrap())
}

fn of_tokens() -> Vec<Refusal> {
    let with_claim = |kind, name, value: Value| of_token(kind, |token| token.claim(name, value));
    let with_header = |kind, name, value: Value| of_token(kind, |token| token.header(name, value));
    let opaque = |_: &World| "b3BhcXVlLXRva2VuLW9mLXNvbWVib2R5".to_owned();
    let other_key = |world: &World| {
        let mut token = world.token();
        token.key = Key::from_seed("ES256", 9);
        token.sign()
    };
    vec![
        with_header("token_algorithm", "alg", json!("HS256")),
        case(
            "token_algorithm_not_in_profile",
            by_fapi2_with_rs256(),
            good_token,
            good_proof,
            as_it_is,
        ),
        with_claim("token_audience", "aud", json!("https://other.example.com")),
        with_claim("token_confirmation", "cnf", json!({})),
        with_header("token_critical", "crit", json!(["exp"])),
        with_claim("token_expired", "exp", json!(NOW - 60)),
        with_header("token_header", "kid", json!(1)),
        with_claim("token_issued_in_future", "iat", json!(NOW + 600)),
        with_claim("token_issuer", "iss", json!("https://other.example.com")),
        with_header("token_key_id_too_long", "kid", json!("k".repeat(300))),
        with_claim("token_missing_claim", "sub", Value::Null),
        with_header("token_missing_header_member", "alg", Value::Null),
        case(
            "token_not_a_jws",
            World::new(),
            opaque,
            good_proof,
            as_it_is,
        ),
        with_claim("token_not_yet_valid", "nbf", json!(NOW + 60)),
        with_claim("token_payload", "exp", json!("soon")),
        case(
            "token_signature",
            World::new(),
            other_key,
            good_proof,
            as_it_is,
        ),
        with_header("token_type", "typ", json!("JWT")),
        with_header("token_unknown_key", "kid", json!("k2")),
    ]
}

/// A guard whose issuer has other rules.
fn by_fapi2_with_rs256() -> World {
    World::of(Key::from_seed("RS256", 0), |tokens| {
        Guard::fapi2(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}

fn with_issuer(rules: impl FnOnce(Issuer) -> Issuer) -> World {
    let issuer = Key::from_seed("ES256", 0);
    let set = json!({"keys": [issuer.published("k1")]}).to_string();
    let keys = StaticKeys::from_json(&set).unwrap();
    let rules = rules(Issuer::new(ISSUER, keys).unwrap());
    let tokens = JwtVerifier::for_issuer(rules, AUDIENCE).unwrap();
    World::with_tokens(issuer, tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}

fn of_dialects() -> Vec<Refusal> {
    let keycloak = || with_issuer(|issuer| issuer.dialect(Dialect::keycloak()));
    let token = |typ, scope: Value| {
        move |world: &World| {
            let token = world.token().header("typ", "JWT").claim("typ", typ);
            token.claim("azp", "app").claim("scope", scope).sign()
        }
    };
    let refresh = token("Refresh", json!("read"));
    let odd = token("Bearer", json!(5));
    vec![
        case("token_marker", keycloak(), refresh, good_proof, as_it_is),
        case("token_claim_type", keycloak(), odd, good_proof, as_it_is),
    ]
}

fn of_untyped_tokens() -> Vec<Refusal> {
    let lenient = || with_issuer(Issuer::accept_untyped_tokens);
    let foreign = |world: &World| {
        world
            .token()
            .header("typ", "JWT")
            .claim("nonce", "n")
            .sign()
    };
    let unlikely = |world: &World| {
        let token = world.token().header("typ", "JWT");
        token
            .claim("client_id", Value::Null)
            .claim("scope", Value::Null)
            .sign()
    };
    vec![
        case(
            "token_unexpected_claim",
            lenient(),
            foreign,
            good_proof,
            as_it_is,
        ),
        case(
            "token_not_an_access_token",
            lenient(),
            unlikely,
            good_proof,
            as_it_is,
        ),
    ]
}

fn of_ourselves() -> Vec<Refusal> {
    let without_keys = {
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, NoKeys).unwrap();
        World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
            Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
        })
    };
    let inactive = World::of(Key::from_seed("ES256", 0), |_| {
        Guard::builder(Asks).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let with_revocation = |error| World::with(|builder| builder.revocation(Denies(error)));
    let with_store = |error| World::with_dpop(|dpop| dpop.replay_store(Failing(error)));
    let of_store = |kind, error| of_request_to(with_store(error), kind, as_it_is);
    vec![
        of_request_to(inactive, "token_inactive", as_it_is),
        of_request_to(without_keys, "unavailable_issuer_keys", as_it_is),
        of_store(
            "replay_principal_share_used",
            ReplayError::PrincipalShareUsed { share: 64 },
        ),
        of_store("replay_clock_set_back", ReplayError::ClockSetBack),
        of_store("replay_full", ReplayError::Full { capacity: 1024 }),
        of_store(
            "unavailable_replay_store",
            Unavailable::replay_store("away").into(),
        ),
        of_request_to(
            with_revocation(Denial::new("the session was ended").into()),
            "revocation_denied",
            as_it_is,
        ),
        of_request_to(
            with_revocation(Unavailable::revocation("not yet fetched").into()),
            "unavailable_revocation",
            as_it_is,
        ),
    ]
}

pub(super) fn case(
    kind: &'static str,
    world: World,
    token: impl FnOnce(&World) -> String,
    proof: impl FnOnce(Proof) -> String,
    change: impl FnOnce(&mut Request<()>, &str, &str),
) -> Refusal {
    let token = token(&world);
    let proof = proof(world.proof(&token));
    let mut request = request(&format!("DPoP {token}"), &proof);
    change(&mut request, &token, &proof);
    Refusal {
        kind,
        world,
        request,
        token,
        proof,
    }
}

fn of_token(kind: &'static str, change: impl FnOnce(Token) -> Token) -> Refusal {
    let token = |world: &World| change(world.token()).sign();
    case(kind, World::new(), token, good_proof, as_it_is)
}

fn of_proof(kind: &'static str, change: impl FnOnce(Proof) -> Proof) -> Refusal {
    let proof = |proof| change(proof).sign();
    case(kind, World::new(), good_token, proof, as_it_is)
}

fn of_request(kind: &'static str, change: impl FnOnce(&mut Request<()>, &str, &str)) -> Refusal {
    of_request_to(World::new(), kind, change)
}

fn of_request_to(
    world: World,
    kind: &'static str,
    change: impl FnOnce(&mut Request<()>, &str, &str),
) -> Refusal {
    case(kind, world, good_token, good_proof, change)
}

fn good_token(world: &World) -> String {
    world.token().sign()
}

pub(super) fn good_proof(proof: Proof) -> String {
    proof.sign()
}

fn other_signature(mut proof: Proof) -> String {
    proof.key = Key::from_seed("ES256", 9);
    proof.sign()
}

pub(super) fn as_it_is(_: &mut Request<()>, _: &str, _: &str) {}

fn set(request: &mut Request<()>, name: &'static str, value: &str) {
    let value = value.parse().expect("a header value");
    request.headers_mut().insert(name, value);
}

#[derive(Debug)]
struct NoKeys;

impl KeySource for NoKeys {
    fn find<'a>(
        &'a self,
        _: &'a KeyHint<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::ready(Err(Unavailable::issuer_keys("the issuer does not answer")))
    }

    fn is_current(&self, _: &VerificationKey, _: Timestamp) -> bool {
        false
    }
}

#[derive(Debug)]
struct Failing(ReplayError);

impl ReplayStore for Failing {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(Err(self.0.clone()))
    }
}

/// Asks an issuer, which says no.
#[derive(Debug)]
struct Asks;

impl TokenVerifier for Asks {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::ready(Err(TokenError::Inactive))
    }
}

/// Denies every token, or does not know.
#[derive(Debug)]
struct Denies(RevocationError);

impl Revocation for Denies {
    fn check(&self, _: &TokenUse<'_>, _: Timestamp) -> Result<(), RevocationError> {
        Err(self.0.clone())
    }
}
