//! Findings about the target URI of a proof, and about the keys of proofs and tokens.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken test should say where"
)]

mod headers;
mod keys;
mod uri;

use crate::common::{Answer, World};

async fn present(world: &World, token: &str) -> Answer {
    let proof = world.proof(token).sign();
    world.present(token, &proof).await
}
