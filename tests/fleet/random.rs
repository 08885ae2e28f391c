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

    /// True once in so many times.
    pub(crate) const fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).unwrap();
        usize::try_from(self.below(length)).unwrap()
    }
}

/// The seeds of a run, and whether each is a fixed one. `FLEET_SEED` replaces them all, `FLEET_RUNS` is another number of
/// random ones.
pub(crate) fn seeds(fixed: u64, random: u64) -> Vec<(u64, bool)> {
    if let Some(seed) = variable("FLEET_SEED") {
        return vec![(seed, false)];
    }
    let random = variable("FLEET_RUNS").unwrap_or(random);
    let any = (0..random).map(|nth| (RandomState::new().hash_one(nth), false));
    (0..fixed).map(|seed| (seed, true)).chain(any).collect()
}

pub(crate) fn is_one_seed() -> bool {
    variable("FLEET_SEED").is_some()
}

fn variable(name: &str) -> Option<u64> {
    let number = std::env::var(name).ok()?.parse();
    Some(number.unwrap_or_else(|_| panic!("{name} is a number")))
}
