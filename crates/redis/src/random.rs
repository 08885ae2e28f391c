//! Random texts that no two calls share.

/// 128 bits; `None` if the system has none.
pub(crate) fn random_text() -> Option<[u8; RANDOM_BYTES]> {
    let mut random = [0; RANDOM_BYTES];
    getrandom::fill(&mut random).ok().map(|()| random)
}

pub(crate) const RANDOM_BYTES: usize = 16;
