//! An exception accepts the unbound tokens of one client until a date, and weakens nothing else.

use sender_constraint::Guard;
use sender_constraint::exceptions::{Exception, ExceptionError, Exceptions};
use sender_constraint::proof::Dpop;
use sender_constraint::revocation::{DenyList, Entry};
use sender_constraint::time::Timestamp;
use serde_json::{Value, json};

use crate::common::*;

#[tokio::test]
async fn exception_accepts_unbound_tokens_of_its_client_until_its_end() {
    let (world, exceptions) = world();
    let token = Token::unbound(&world.issuer).claim("exp", NOW + 600).sign();
    let refused = |answer: &Answer| {
        answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
        let text = answer.rejection().to_string();
        assert!(text.contains("`GuardBuilder::exceptions`"), "{text}");
    };
    refused(&world.present_bearer(&token).await);
    exceptions.add(app()).unwrap();
    let answer = world.present_bearer(&token).await;
    answer.assert_passed();
    assert_eq!(answer.access().exception(), Some(&app()));
    assert!(answer.access().sender().is_unbound());
    world.clock.set(NOW + 59);
    world.present_bearer(&token).await.assert_passed();
    world.clock.set(NOW + 60);
    refused(&world.present_bearer(&token).await);
    world.clock.set(NOW);
    world.present_bearer(&token).await.assert_passed();
    assert!(exceptions.remove(ISSUER, "app"));
    assert!(!exceptions.remove(ISSUER, "app"));
    refused(&world.present_bearer(&token).await);
}

#[tokio::test]
async fn exception_is_for_exactly_one_client_of_one_issuer() {
    let (world, exceptions) = world();
    let of = |issuer: &str, client: &str| {
        let exception = Exception::new(issuer, client, at(60));
        exception.with_owner("o").with_reason("r")
    };
    for exception in [
        of("https://other.example.com", "app"),
        of("https://as.example.com/", "app"),
        of(ISSUER, "APP"),
        of(ISSUER, "app "),
        of(ISSUER, "alice"),
    ] {
        exceptions.add(exception).unwrap();
    }
    assert_eq!(exceptions.len(), 5);
    let token = Token::unbound(&world.issuer);
    let answer = world.present_bearer(&token.sign()).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
}

#[tokio::test]
async fn exception_weakens_no_bound_token() {
    let (world, exceptions) = world();
    exceptions.add(app()).unwrap();
    let answer = world.present_bearer(&world.token().sign()).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    let thumbprint = world.client.thumbprint();
    for (cnf, kind) in [
        (
            json!({"x5t#S256": thumbprint}),
            "binding_mtls_not_configured",
        ),
        (json!({"kid": "k"}), "binding_unknown_confirmation"),
        (json!({}), "token_confirmation"),
    ] {
        let token = Token::unbound(&world.issuer).claim("cnf", cnf);
        let answer = world.present_bearer(&token.sign()).await;
        answer.assert_refused("TOK(Bearer)", kind);
    }
    // Nor an unbound token under the other scheme.
    let token = Token::unbound(&world.issuer).sign();
    let proof = world.proof(&token).sign();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("TOK(DPoP)", "binding_unbound_token_as_dpop");
    let answer = world.send(world.good_request()).await;
    answer.assert_passed();
    assert_eq!(answer.access().exception(), None);
}

#[tokio::test]
async fn exception_does_not_lift_a_denial_and_is_not_offered() {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    let denied = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| {
        let builder = builder.exceptions(exceptions.clone());
        builder.deny_list(denied.clone())
    });
    exceptions.add(app()).unwrap();
    denied.deny(Entry::client(ISSUER, "app")).unwrap();
    let token = Token::unbound(&world.issuer).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "revocation_denied");
    // Other clients are not told of the scheme.
    let answer = world.send(request("", "")).await;
    let challenges = answer.challenges().join("\n");
    assert!(!challenges.contains("Bearer"), "{challenges}");
}

#[tokio::test]
async fn exception_does_not_accept_a_proof_beside_the_token_where_that_is_refused() {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    exceptions.add(app()).unwrap();
    let world = World::with(|builder| {
        let builder = builder.exceptions(exceptions.clone());
        builder.refuse_stray_proofs()
    });
    let token = Token::unbound(&world.issuer).sign();
    let proof = world.proof(&token).sign();
    let answer = world
        .send(request(&format!("Bearer {token}"), &proof))
        .await;
    answer.assert_refused("REQ", "binding_stray_proof");
}

#[tokio::test]
async fn exception_is_not_marked_where_a_setting_accepts_the_token() {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    exceptions.add(app()).unwrap();
    let world = World::with(|builder| {
        let builder = builder.exceptions(exceptions.clone());
        builder.allow_unbound_tokens()
    });
    let token = Token::unbound(&world.issuer).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_passed();
    assert_eq!(answer.access().exception(), None);
}

#[tokio::test]
async fn token_without_client_has_no_exception() {
    let (_, exceptions) = world();
    exceptions.add(app()).unwrap();
    let key = Key::from_seed("ES256", 0);
    let keys = sender_constraint_testing::Issuer::new(ISSUER).with_key(key.clone());
    let issuer = sender_constraint::token::Issuer::new(ISSUER, keys.keys()).unwrap();
    let issuer = issuer.accept_untyped_tokens();
    let tokens = sender_constraint::token::JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    let world = World::with_tokens(key, tokens, |tokens| {
        let builder = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        builder.exceptions(exceptions)
    });
    let token = Token::unbound(&world.issuer).header("typ", "JWT");
    world.present_bearer(&token.sign()).await.assert_passed();
    let token = token.claim("client_id", Value::Null).claim("azp", "app");
    let answer = world.present_bearer(&token.sign()).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
}

#[test]
fn exceptions_are_bounded_and_complete() {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    let add = |issuer: &str, client: &str, owner: &str, reason: &str, end| {
        let exception = Exception::new(issuer, client, at(end));
        exceptions.add(exception.with_owner(owner).with_reason(reason))
    };
    let year = 366 * 24 * 60 * 60;
    assert_eq!(add(ISSUER, "a", "o", "r", 0), Err(ExceptionError::End));
    assert_eq!(add(ISSUER, "a", "o", "r", 1), Ok(()));
    assert_eq!(add(ISSUER, "a", "o", "r", year), Ok(()));
    assert_eq!(
        add(ISSUER, "a", "o", "r", year + 1),
        Err(ExceptionError::End)
    );
    for (issuer, client, owner, reason, name) in [
        ("", "a", "o", "r", "the issuer"),
        (ISSUER, "", "o", "r", "the client"),
        (ISSUER, "a", " ", "r", "the owner"),
        (ISSUER, "a", "o", "", "the reason"),
    ] {
        let error = Err(ExceptionError::Missing(name));
        assert_eq!(add(issuer, client, owner, reason, 1), error);
    }
    for (length, fits) in [(200, true), (201, false)] {
        assert_eq!(add(ISSUER, "a", &"o".repeat(length), "r", 1).is_ok(), fits);
        assert_eq!(add(ISSUER, "a", "o", &"r".repeat(length), 1).is_ok(), fits);
    }
    for (length, fits) in [(1000, true), (1001, false)] {
        let client = "c".repeat(length);
        assert_eq!(add(ISSUER, &client, "o", "r", 1).is_ok(), fits);
        assert_eq!(add(&client, "a", "o", "r", 1).is_ok(), fits);
    }
    for number in exceptions.len()..1000 {
        assert_eq!(add(ISSUER, &number.to_string(), "o", "r", 1), Ok(()));
    }
    let full = Err(ExceptionError::Full { limit: 1000 });
    assert_eq!(add(ISSUER, "one more", "o", "r", 1), full);
    assert_eq!(add(ISSUER, "a", "o", "r", 2), Ok(()), "replaced");
    assert!(!exceptions.is_empty());
    assert_eq!(format!("{exceptions:?}"), "Exceptions(1000)");
}

#[test]
fn ended_exceptions_make_room() {
    let clock = TestClock::at(NOW);
    let exceptions = Exceptions::with_clock(clock.clone());
    for number in 0..1000_u32 {
        let exception = Exception::new(ISSUER, &number.to_string(), at(1));
        let exception = exception.with_owner("o").with_reason("r");
        exceptions.add(exception).unwrap();
    }
    clock.set(NOW + 1);
    exceptions.add(app()).unwrap();
    assert_eq!(exceptions.len(), 1);
}

fn world() -> (World, Exceptions) {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| builder.exceptions(exceptions.clone()));
    (world, exceptions)
}

fn app() -> Exception {
    let exception = Exception::new(ISSUER, "app", at(60));
    exception.with_owner("payments").with_reason("release 7")
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + seconds)
}
