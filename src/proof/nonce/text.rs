//! The text of a nonce: 32 characters of base64url, all of them in the alphabet of RFC 9449 section 8.1.

use super::secret::NonceSecret;
use crate::crypto::{decode_array, encode_bytes};
use crate::time::Timestamp;

/// What a nonce states: when it was issued, and a MAC that proves it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Nonce {
    /// A hint at the secret, and the time of issue in seconds since 1970.
    head: [u8; HEAD_BYTES],
    /// The first 144 bits of a MAC.
    tag: [u8; TAG_BYTES],
}

impl Nonce {
    pub(super) fn new(secret: &NonceSecret, origin: &str, now: Timestamp) -> Self {
        let seconds = u64::try_from(now.as_unix_seconds()).unwrap_or(0);
        let [_, _, _, time @ ..] = seconds.to_be_bytes();
        let mut head = [secret.hint(); HEAD_BYTES];
        if let Some(place) = head.last_chunk_mut() {
            *place = time;
        }
        let mac = secret.mac(&head, origin);
        let tag = mac.as_bytes().first_chunk().copied();
        Self {
            head,
            tag: tag.unwrap_or_default(),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; NONCE_BYTES] = decode_array(text.as_bytes())?;
        Some(Self {
            head: *bytes.first_chunk()?,
            tag: *bytes.last_chunk()?,
        })
    }

    pub(super) fn issued_at(&self) -> Timestamp {
        let mut seconds = [0; 8];
        if let (Some(place), Some(time)) = (
            seconds.last_chunk_mut::<TIME_BYTES>(),
            self.head.last_chunk::<TIME_BYTES>(),
        ) {
            *place = *time;
        }
        Timestamp::from_unix_seconds(u64::from_be_bytes(seconds))
    }

    /// Whether this secret authenticates the nonce, for this origin.
    pub(super) fn is_of(&self, secret: &NonceSecret, origin: &str) -> bool {
        let [hint, ..] = self.head;
        hint == secret.hint() && secret.mac(&self.head, origin).begins_with(&self.tag)
    }

    pub(super) fn to_text(self) -> String {
        encode_bytes(&[self.head.as_slice(), self.tag.as_slice()].concat())
    }
}

/// Lasts until the year 36,000.
const TIME_BYTES: usize = 5;
const HEAD_BYTES: usize = 1 + TIME_BYTES;
const TAG_BYTES: usize = 18;
/// A multiple of three: base64url has no unused bits, and each text is another nonce.
const NONCE_BYTES: usize = HEAD_BYTES + TAG_BYTES;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ORIGIN: &str = "https://rs.example.com";

    fn secret(first: u8) -> NonceSecret {
        let mut bytes = [7; 32];
        bytes[0] = first;
        NonceSecret::from_bytes(bytes).unwrap()
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    proptest! {
        #[test]
        fn dpop_48_a_nonce_is_visible_ascii_without_quote_and_backslash(
            bytes: [u8; 32], seconds in 0..1_u64 << 40, origin in "[a-z]{1,300}",
        ) {
            let secret = NonceSecret::from_bytes(bytes);
            prop_assume!(secret.is_ok());
            let nonce = Nonce::new(&secret.unwrap(), &origin, at(seconds));
            let text = nonce.to_text();
            prop_assert!(!text.is_empty());
            prop_assert!(text.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
            prop_assert_eq!(Nonce::parse(&text), Some(nonce));
            prop_assert_eq!(nonce.issued_at(), at(seconds));
        }

        #[test]
        fn dpop_47_each_character_counts(at_character in 0..32_usize, to in "[A-Za-z0-9_-]") {
            let nonce = Nonce::new(&secret(1), ORIGIN, at(1_767_225_600));
            let mut text = nonce.to_text();
            text.replace_range(at_character..=at_character, &to);
            prop_assume!(text != nonce.to_text());
            let changed = Nonce::parse(&text).unwrap();
            prop_assert!(!changed.is_of(&secret(1), ORIGIN));
        }

        #[test]
        fn other_texts_are_no_nonces(text in "\\PC{0,64}") {
            prop_assume!(text.len() != 32);
            prop_assert_eq!(Nonce::parse(&text), None);
        }
    }

    #[test]
    fn dpop_47_nonces_of_two_times_or_secrets_have_nothing_in_common() {
        let tags: Vec<_> = (0..64)
            .flat_map(|second| [1, 2].map(|first| (first, second)))
            .map(|(first, second)| Nonce::new(&secret(first), ORIGIN, at(second)).tag)
            .collect();
        // Of 144 bits, 72 differ on average; a tag that copied the time or the secret would have fewer.
        for (nth, one) in tags.iter().enumerate() {
            for other in &tags[..nth] {
                let bits = one.iter().zip(other).map(|(a, b)| (a ^ b).count_ones());
                assert!((36..=108).contains(&bits.sum::<u32>()), "{one:?} {other:?}");
            }
        }
    }
}
