//! The window and a moka cache, asked the same.

use std::time::Duration;

use moka::sync::Cache;
use sender_constraint::Digest;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;

use crate::world::ready;

/// A replay store to compare.
pub trait Store {
    /// Whether the proof was accepted as new.
    fn accepts(&self, proof: &UsedProof) -> bool;
}

impl Store for MemoryStore {
    fn accepts(&self, proof: &UsedProof) -> bool {
        matches!(ready(self.insert(proof)), Ok(Insertion::Fresh))
    }
}

/// The store that most services would write.
pub struct Moka(Cache<u128, ()>);

impl Moka {
    pub fn new(capacity: u64, live: Duration) -> Self {
        let cache = Cache::builder().max_capacity(capacity).time_to_live(live);
        Self(cache.build())
    }
}

impl Store for Moka {
    fn accepts(&self, proof: &UsedProof) -> bool {
        let half = proof.key.as_bytes().first_chunk().expect("32 bytes");
        self.0
            .entry(u128::from_le_bytes(*half))
            .or_insert(())
            .is_fresh()
    }
}

/// Proof number `number`, acceptable until `until`: one of a thousand clients.
pub fn proof(number: u64, until: Timestamp, now: Timestamp) -> UsedProof {
    let key = Digest::from_bytes(scattered(number));
    let client = Digest::from_bytes(scattered(number % 1000));
    UsedProof::new(key, client, until, now)
}

/// Cheaper than a hash, so that the store is what is timed.
fn scattered(number: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (index, part) in bytes.chunks_mut(8).enumerate() {
        let seed = number.wrapping_mul(4).wrapping_add(index as u64);
        let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        part.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
    }
    bytes
}
