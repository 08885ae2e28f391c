//! Numbers that a seed determines.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// splitmix64.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// From `least` to `most`, inclusive.
    pub(crate) const fn within(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap();
        usize::try_from(self.below(length)).unwrap()
    }
}

/// The seeds of a run, and whether each is a fixed one. `FLEET_SEED` replaces them all.
pub(crate) fn seeds(fixed: u64, random: u64) -> Vec<(u64, bool)> {
    if let Some(seed) = one_seed() {
        return vec![(seed, false)];
    }
    let any = (0..random).map(|nth| (RandomState::new().hash_one(nth), false));
    (0..fixed).map(|seed| (seed, true)).chain(any).collect()
}

pub(crate) fn is_one_seed() -> bool {
    one_seed().is_some()
}

fn one_seed() -> Option<u64> {
    let seed = std::env::var("FLEET_SEED").ok()?;
    Some(seed.parse().expect("FLEET_SEED is a number"))
}
