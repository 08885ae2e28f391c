//! SHA-256 of a complete text: the padding of FIPS 180-4 section 5.1.1 and the block function of `sha2`.
//!
//! A request hashes three short texts. An incremental hash would cost half a block more for each.

use sha2::block_api::compress256;

pub(super) fn sha256(text: &[u8]) -> [u8; 32] {
    let mut state = INITIAL;
    let (blocks, rest) = text.as_chunks();
    compress256(&mut state, blocks);

    let mut last = [0; 2 * BLOCK_BYTES];
    let (place, padding) = last.split_at_mut(rest.len());
    place.copy_from_slice(rest);
    if let Some(first) = padding.first_mut() {
        *first = 0x80;
    }
    let fits = rest.len() + 1 + LENGTH_BYTES <= BLOCK_BYTES;
    let (last, _) = last.split_at_mut(if fits { BLOCK_BYTES } else { 2 * BLOCK_BYTES });
    let bits = u64::try_from(text.len())
        .unwrap_or(u64::MAX)
        .wrapping_mul(8);
    if let Some(length) = last.last_chunk_mut() {
        *length = bits.to_be_bytes();
    }
    let (blocks, _) = last.as_chunks();
    compress256(&mut state, blocks);

    let mut digest = [0; 32];
    for (place, word) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    digest
}

const BLOCK_BYTES: usize = 64;
const LENGTH_BYTES: usize = 8;
/// FIPS 180-4 section 5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_same_as_sha2_at_every_length_around_a_block() {
        let text: Vec<u8> = (0..=255).cycle().take(20_000).collect();
        let lengths = (0..=520).chain([4095, 4096, 16_384, 20_000]);
        for length in lengths {
            let text = &text[..length];
            assert_eq!(
                sha256(text),
                <[u8; 32]>::from(Sha256::digest(text)),
                "{length}"
            );
        }
    }
}
