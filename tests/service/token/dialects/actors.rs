//! The `act` claim (RFC 8693 section 4.1), under any dialect.

use sender_constraint::token::{Actor, Dialect};
use serde_json::{Value, json};

use super::world::{present, with_dialect};
use crate::common::{Answer, World};

#[tokio::test]
async fn actors_come_current_one_first() {
    let world = with_dialect(Dialect::rfc9068());
    let answer = present(&world, &world.token()).await;
    assert_eq!(answer.access().actors().count(), 0);
    let act = json!({
        "sub": "agent",
        "client_id": "agent-client",
        "iss": "https://agents.example.com",
        "email": "agent@example.com",
        "act": {"sub": "https://service16.example.com", "act": {"sub": "https://service77.example.com"}},
    });
    let answer = present(&world, &world.token().claim("act", act)).await;
    let actors: Vec<_> = answer.access().actors().collect();
    let subjects: Vec<_> = actors
        .iter()
        .map(|actor| actor.subject().unwrap())
        .collect();
    assert_eq!(
        subjects,
        [
            "agent",
            "https://service16.example.com",
            "https://service77.example.com"
        ]
    );
    assert_eq!(actors[0].client_id(), Some("agent-client"));
    assert_eq!(actors[0].issuer(), Some("https://agents.example.com"));
    assert_eq!((actors[1].client_id(), actors[1].issuer()), (None, None));
    // The subject stays who it is.
    assert_eq!(answer.access().subject(), Some("alice"));
    assert!(!format!("{actors:?}").contains("agent@example.com"));
}

#[tokio::test]
async fn actor_without_known_identifiers_is_still_an_actor() {
    let world = with_dialect(Dialect::rfc9068());
    let token = world
        .token()
        .claim("act", json!({"email": "a@example.com"}));
    let answer = present(&world, &token).await;
    let actors: Vec<&Actor> = answer.access().actors().collect();
    assert_eq!(actors.len(), 1);
    assert_eq!(actors[0].subject(), None);
}

#[tokio::test]
async fn actors_of_another_form_are_refused() {
    let world = with_dialect(Dialect::rfc9068());
    present_act(&world, json!({"sub": "agent"}))
        .await
        .assert_passed();
    for act in [
        json!("agent"),
        json!([{"sub": "agent"}]),
        json!(true),
        json!({"sub": 5}),
        json!({"sub": null}),
        json!({"client_id": ["x"]}),
        json!({"iss": {}}),
        json!({"sub": "agent", "act": "other"}),
        json!({"sub": "agent", "act": null}),
    ] {
        let answer = present_act(&world, act).await;
        answer.assert_refused("TOK(DPoP)", "token_claim_type");
    }
    let mut token = world.token();
    token.claims["act"] = Value::Null;
    let answer = present(&world, &token).await;
    answer.assert_refused("TOK(DPoP)", "token_claim_type");
}

#[tokio::test]
async fn chain_has_at_most_eight_actors() {
    let world = with_dialect(Dialect::rfc9068());
    let answer = present_act(&world, chain(8)).await;
    assert_eq!(answer.access().actors().count(), 8);
    let answer = present_act(&world, chain(9)).await;
    answer.assert_refused("TOK(DPoP)", "token_claim_type");
}

#[tokio::test]
async fn actors_are_read_under_each_dialect() {
    for name in Dialect::NAMES {
        let world = with_dialect(Dialect::from_name(name).unwrap());
        let token = ["azp", "cid"]
            .into_iter()
            .fold(world.token(), |token, claim| token.claim(claim, "app"));
        let token = token.claim("act", json!({"sub": "agent"}));
        let answer = present(&world, &token).await;
        assert_eq!(answer.access().actors().count(), 1, "{name}");
    }
}

fn chain(length: usize) -> Value {
    (1..length).fold(
        json!({"sub": "first"}),
        |act, nth| json!({"sub": format!("{nth}"), "act": act}),
    )
}

async fn present_act(world: &World, act: Value) -> Answer {
    present(world, &world.token().claim("act", act)).await
}
