//! HMAC-SHA-256 (RFC 2104, FIPS 198-1).

use super::digest::{Digest, Hasher};

/// Computes the HMAC of a message under `key`. Concatenates the pieces without separators: at most one may vary in
/// length, or two messages could have the same HMAC.
pub(crate) fn hmac_sha256(key: &[u8], message: &[&[u8]]) -> Digest {
    // RFC 2104 section 2: a key longer than a block is replaced by its hash.
    let short = (key.len() > BLOCK_BYTES).then(|| Digest::sha256(key));
    let key = short.as_ref().map_or(key, |digest| digest.as_bytes());
    let mut inner = keyed(key, 0x36);
    for piece in message {
        inner.update(piece);
    }
    let mut outer = keyed(key, 0x5c);
    outer.update(inner.finish().as_bytes());
    outer.finish()
}

/// A hash that begins with the key, padded to a block.
fn keyed(key: &[u8], padding: u8) -> Hasher {
    let mut block = [padding; BLOCK_BYTES];
    for (place, byte) in block.iter_mut().zip(key) {
        *place ^= byte;
    }
    let mut hasher = Hasher::default();
    hasher.update(&block);
    hasher
}

const BLOCK_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 section 4, test cases 1 to 4, 6 and 7; case 5 is a truncated MAC.
    #[test]
    fn vectors_of_rfc_4231() {
        let counted: Vec<u8> = (1..=25).collect();
        let long = b"This is a test using a larger than block-size key and a larger than block-size data. The key \
            needs to be hashed before being used by the HMAC algorithm.";
        let cases: [(&[u8], &[u8], &str); 6] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &counted,
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                long,
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, expected) in cases {
            let mac = hmac_sha256(key, &[message]);
            let (start, rest) = message.split_at(message.len() / 2);
            assert_eq!(hmac_sha256(key, &[start, rest]), mac);
            let hex: String = mac.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(hex, expected);
        }
    }

    /// RFC 4231 section 4.6: the first 128 bits of a MAC.
    #[test]
    fn truncated_vector_of_rfc_4231() {
        let mac = hmac_sha256(&[0x0c; 20], &[b"Test With Truncation"]);
        let mut start = [
            0xa3, 0xb6, 0x16, 0x74, 0x73, 0x10, 0x0e, 0xe0, 0x6e, 0x0c, 0x79, 0x6c, 0x29, 0x55,
            0x55, 0x2b,
        ];
        assert!(mac.begins_with(&start));
        for at in 0..start.len() {
            start[at] ^= 1;
            assert!(!mac.begins_with(&start), "byte {at}");
            start[at] ^= 1;
        }
    }
}
