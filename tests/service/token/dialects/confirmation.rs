//! Members of `cnf` that only one product has (RFC 7800 section 3.1).

use sender_constraint::token::{Dialect, Marker};
use serde_json::{Value, json};

use super::world::{present, untyped, with_dialect};
use crate::common::{Token, World};

#[tokio::test]
async fn c_03_keycloak_says_what_jkt_is_the_thumbprint_of() {
    let world = with_dialect(Dialect::keycloak());
    let token = |kind| with_cnf(&world, "kc-jkt-type", kind);
    present(&world, &token(json!("DPoP"))).await.assert_passed();
    for kind in [
        json!("dpop"),
        json!("attestation"),
        json!(["DPoP"]),
        json!(null),
    ] {
        let answer = present(&world, &token(kind)).await;
        answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
    }
    // No other member comes with it, and no other dialect accepts it.
    let other = with_cnf(&world, "kid", json!("DPoP"));
    let answer = present(&world, &other).await;
    answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
    let strict = with_dialect(Dialect::rfc9068());
    let token = token(json!("DPoP")).header("typ", "at+jwt");
    let answer = present(&strict, &token).await;
    answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
}

#[tokio::test]
async fn c_03_accepted_member_alone_binds_nothing() {
    let dialect = Dialect::custom("mine", Marker::claim_present(["jti"]));
    let world = with_dialect(dialect.accept_confirmation_member("kind", "key"));
    let token = untyped(&world).claim("cnf", json!({"kind": "key"}));
    let answer = present(&world, &token).await;
    answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
}

/// A token of Keycloak, bound to the client's key, with another member in `cnf`.
fn with_cnf(world: &World, member: &str, value: Value) -> Token {
    let cnf = json!({"jkt": world.client.thumbprint(), member: value});
    untyped(world)
        .claim("typ", "DPoP")
        .claim("azp", "app")
        .claim("cnf", cnf)
}
