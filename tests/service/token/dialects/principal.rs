//! Who has a share of the replay store: issuer, client and subject, as the dialect reads them.

use sender_constraint::Guard;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::MemoryStore;
use sender_constraint::token::{Dialect, Issuer, JwtVerifier};
use serde_json::{Value, json};

use crate::common::{AUDIENCE, ISSUER, Key, ORIGIN, World};

#[tokio::test]
async fn dpop_60_client_of_the_dialect_has_the_share() {
    let world = okta_with_share_of_64();
    let token = |client: &str, number: u32| {
        let token = world
            .token()
            .header("typ", Value::Null)
            .claim("cid", client);
        let token = token
            .claim("scp", json!(["read"]))
            .claim("sub", Value::Null);
        // The dialect does not read this claim.
        token.claim("client_id", format!("{number}")).sign()
    };
    let mut passed = 0;
    for number in 0..70 {
        let token = token("0oa1", number);
        let answer = world.present(&token, &world.proof(&token).sign()).await;
        match answer.outcome().as_str() {
            "OK" => passed += 1,
            _ => answer.assert_refused("429", "replay_principal_share_used"),
        }
    }
    assert_eq!(passed, 64);
    let token = token("0oa2", 0);
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_passed();
}

fn okta_with_share_of_64() -> World {
    let key = Key::from_seed("ES256", 0);
    let set = json!({"keys": [key.published("k1")]}).to_string();
    let issuer = Issuer::new(ISSUER, StaticKeys::from_json(&set).unwrap()).unwrap();
    let tokens = JwtVerifier::for_issuer(issuer.dialect(Dialect::okta()), AUDIENCE).unwrap();
    let store = MemoryStore::new(1024).unwrap();
    let dpop = Dpop::new(ORIGIN)
        .unwrap()
        .replay_store(store.share_per_principal(64).unwrap());
    World::with_tokens(key, tokens, |tokens| Guard::builder(tokens).dpop(dpop))
}
