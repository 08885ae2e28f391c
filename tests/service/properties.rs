//! Hostile bytes in every place that a stranger can write to: no panic, no entrance, and always one of the
//! answers of the response matrix.

mod forwarded;
mod matrix;
mod parsers;
mod strategies;

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use crate::common::*;
use http::{HeaderValue, Request, StatusCode, Uri, Version};
use matrix::assert_matrix;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use strategies::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn authorization_of_any_bytes_is_refused(
        scheme in select(vec!["", "DPoP ", "dpop  ", "Bearer ", "DPoP", "Basic ", "DPoP\t", "Bearer=", "DPoP,"]),
        rest in header_bytes(),
    ) {
        let value = [scheme.as_bytes(), &rest].concat();
        let value = HeaderValue::from_bytes(&value).unwrap();
        for world in [world(), open_world()] {
            let mut request = world.good_request();
            request.headers_mut().insert("authorization", value.clone());
            assert_matrix(&send(world, request), &[400, 401, 431]);
        }
    }

    #[test]
    fn proof_of_any_bytes_is_refused(bytes in header_bytes()) {
        let world = world();
        let mut request = world.good_request();
        request.headers_mut().insert("dpop", HeaderValue::from_bytes(&bytes).unwrap());
        assert_matrix(&send(world, request), &[401, 431]);
    }

    #[test]
    fn proof_of_any_signed_json_is_refused(header in any_json(), claims in any_json()) {
        let world = world();
        let token = world.token().sign();
        let good = world.proof(&token);
        let (header, claims) = (header.to_string(), claims.to_string());
        for proof in [
            good.sign_texts(&header, &claims),
            good.sign_texts(&good.header.to_string(), &claims),
            good.sign_texts(&header, &good.claims.to_string()),
        ] {
            assert_matrix(&present(world, &token, &proof), &[401, 431]);
        }
        assert_matrix(&present(world, &token, &good.sign()), &[200]);
    }

    #[test]
    fn proof_with_any_value_in_a_member_that_is_compared_is_refused(
        (is_claim, name) in select(vec![(true, "htm"), (true, "ath"), (false, "typ"), (false, "alg"), (false, "jwk")]),
        value in any_json(),
    ) {
        let world = world();
        let token = world.token().sign();
        let mut proof = world.proof(&token);
        let place = if is_claim { &mut proof.claims } else { &mut proof.header };
        prop_assume!(place[name] != value);
        place[name] = value;
        assert_matrix(&present(world, &token, &proof.sign()), &[401, 431]);
    }

    #[test]
    fn proof_with_any_value_in_another_member_is_judged(
        (is_claim, name) in select(vec![
            (true, "jti"), (true, "iat"), (true, "htu"), (true, "exp"), (true, "nbf"), (true, "x"),
            (false, "crit"), (false, "b64"), (false, "kid"), (false, "x"),
        ]),
        value in any_json(),
    ) {
        let world = world();
        let token = world.token().sign();
        let mut proof = world.proof(&token);
        let place = if is_claim { &mut proof.claims } else { &mut proof.header };
        place[name] = value;
        assert_matrix(&present(world, &token, &proof.sign()), &[200, 401, 431]);
    }

    #[test]
    fn changed_proof_is_refused_and_uses_up_nothing(mutations in mutations()) {
        let world = world();
        let token = world.token().sign();
        let proof = world.proof(&token).sign();
        let changed = mutate(&proof, &mutations);
        prop_assume!(changed != proof.as_bytes());
        let mut request = request(&format!("DPoP {token}"), &proof);
        request.headers_mut().insert("dpop", HeaderValue::from_bytes(&changed).unwrap());
        assert_matrix(&send(world, request), &[401, 431]);
        assert_matrix(&present(world, &token, &proof), &[200]);
    }

    #[test]
    fn changed_token_is_refused_with_a_proof_for_it(mutations in mutations(), is_known: bool) {
        let world = world();
        let token = world.token().sign();
        let changed = mutate(&token, &mutations);
        prop_assume!(changed != token.as_bytes() && changed.is_ascii());
        let changed = String::from_utf8(changed).unwrap();
        if is_known {
            assert_matrix(&present(world, &token, &world.proof(&token).sign()), &[200]);
        }
        let proof = world.proof(&changed).sign();
        assert_matrix(&present(world, &changed, &proof), &[400, 401, 431]);
        let answer = run(world.present_bearer(&changed));
        assert_matrix(&answer, &[400, 401, 431]);
    }

    #[test]
    fn token_of_any_signed_claims_is_judged(
        (is_claim, name) in select(vec![
            (true, "iss"), (true, "aud"), (true, "sub"), (true, "client_id"), (true, "scope"), (true, "jti"),
            (true, "iat"), (true, "exp"), (true, "nbf"), (true, "cnf"), (true, "x"),
            (false, "typ"), (false, "alg"), (false, "kid"), (false, "crit"), (false, "jwk"), (false, "b64"),
        ]),
        value in any_json(),
    ) {
        let world = world();
        let mut token = world.token();
        let must_not_pass = ["iss", "aud", "cnf", "typ", "alg", "kid", "crit"].contains(&name);
        let place = if is_claim { &mut token.claims } else { &mut token.header };
        prop_assume!(place[name] != value);
        place[name] = value;
        let token = token.sign();
        let answer = present(world, &token, &world.proof(&token).sign());
        let allowed: &[u16] = if must_not_pass { &[401, 431] } else { &[200, 401, 431] };
        assert_matrix(&answer, allowed);
    }

    #[test]
    fn only_the_claimed_path_is_served(target in any_target(), host in proptest::option::of(any_host())) {
        let world = world();
        let Ok(uri) = Uri::try_from(target) else {
            return Ok(());
        };
        let mut request = world.good_request();
        *request.uri_mut() = uri.clone();
        let without_host = send(world, request.clone());
        assert_matrix(&without_host, &[200, 400, 401]);
        if without_host.status() == StatusCode::OK {
            assert_eq!(decoded(uri.path()), "/a");
            return Ok(());
        }
        if let Some(host) = host {
            request.headers_mut().insert("host", HeaderValue::from_bytes(&host).unwrap());
        }
        assert_matrix(&send(world, request), &[400, 401]);
    }

    #[test]
    fn host_never_opens_a_door(host in any_host(), is_2: bool, path in select(vec!["/a", "/b"])) {
        let world = world();
        let mut request = world.good_request();
        *request.uri_mut() = path.parse().unwrap();
        if is_2 {
            *request.version_mut() = Version::HTTP_2;
        }
        request.headers_mut().insert("host", HeaderValue::from_bytes(&host).unwrap());
        let allowed: &[u16] = if path == "/a" { &[200, 400] } else { &[400, 401] };
        assert_matrix(&send(world, request), allowed);
    }

    #[test]
    fn one_line_of_each_credential_is_what_it_takes(
        authorizations in lines(), proofs in lines(), order: bool,
    ) {
        let world = world();
        let good = world.good_request();
        let mut request = Request::get("/a").body(()).unwrap();
        let mut add = |name: &'static str, kinds: &[Line]| {
            for kind in kinds {
                let value = match kind {
                    Line::Good => good.headers()[name].clone(),
                    Line::Empty => HeaderValue::from_static(""),
                    Line::Other => HeaderValue::from_static("Basic eA=="),
                };
                request.headers_mut().append(name, value);
            }
        };
        if order {
            add("dpop", &proofs);
        }
        add("authorization", &authorizations);
        if !order {
            add("dpop", &proofs);
        }
        let is_good = authorizations == [Line::Good] && proofs == [Line::Good];
        let allowed: &[u16] = if is_good { &[200] } else { &[400, 401] };
        assert_matrix(&send(world, request), allowed);
    }
}

#[test]
fn members_without_end_are_refused() {
    let world = world();
    let token = world.token().sign();
    let good = world.proof(&token);
    let deep = |levels: usize| {
        let mut value = json!(1);
        for _ in 0..levels {
            value = json!([value]);
        }
        value
    };
    for (claims, status) in [(deep(20), 200), (deep(100), 401), (Value::Null, 200)] {
        let proof = Proof::new(&world.client, &token).claim("x", claims);
        assert_matrix(&present(world, &token, &proof.sign()), &[status]);
    }
    let wide = format!("{{\"x\":[{}1]}}", "1,".repeat(2000));
    let proof = good.sign_texts(&good.header.to_string(), &wide);
    assert_matrix(&present(world, &token, &proof), &[401]);
}

fn present(world: &World, token: &str, proof: &str) -> Answer {
    run(world.present(token, proof))
}

fn send(world: &World, request: Request<()>) -> Answer {
    run(world.send(request))
}

/// With everything in memory nothing waits.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits"),
    }
}

/// One for all: what a stranger sends leaves no trace that another request would feel.
fn world() -> &'static World {
    static WORLD: LazyLock<World> = LazyLock::new(World::new);
    &WORLD
}

/// One that offers both schemes.
fn open_world() -> &'static World {
    static WORLD: LazyLock<World> =
        LazyLock::new(|| World::with(|builder| builder.allow_unbound_tokens()));
    &WORLD
}

/// Percent-decoding, apart from the crate's.
fn decoded(path: &str) -> String {
    let mut bytes = path.bytes();
    let mut text = String::new();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        };
        text.push(char::from(byte));
    }
    text
}
