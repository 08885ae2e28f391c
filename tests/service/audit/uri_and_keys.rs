//! Findings about the target URI of a proof, and about the keys of proofs and tokens.

mod headers;
mod keys;
mod uri;

use crate::common::{Answer, World};

async fn present(world: &World, token: &str) -> Answer {
    let proof = world.proof(token).sign();
    world.present(token, &proof).await
}
