//! A status list: one status of 1, 2, 4 or 8 bits for each index (draft-ietf-oauth-status-list, "Status List").

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use crate::crypto::decode;

/// The decompressed list.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct StatusList {
    bits: u8,
    bytes: Box<[u8]>,
}

impl StatusList {
    /// Decodes `lst`: base64url of zlib data.
    pub(super) fn decode(bits: u8, lst: &str) -> Result<Self, &'static str> {
        if ![1, 2, 4, 8].contains(&bits) {
            return Err("`bits` is not 1, 2, 4 or 8");
        }
        let compressed = decode(lst.as_bytes()).ok_or("`lst` is not base64url")?;
        let bytes = decompress_to_vec_zlib_with_limit(&compressed, MAX_LIST_BYTES);
        let bytes = bytes.map_err(|_| "`lst` is not zlib data of at most 16 MiB")?;
        Ok(Self {
            bits,
            bytes: bytes.into(),
        })
    }

    /// The status at this index; `None` beyond the end. The first status is in the least significant bits of a byte.
    pub(super) fn status(&self, index: u64) -> Option<u8> {
        let per_byte = u64::from(8 / self.bits);
        let byte = usize::try_from(index / per_byte).ok()?;
        let byte = *self.bytes.get(byte)?;
        let place = u8::try_from(index % per_byte).ok()?;
        let mask = u8::MAX >> (8 - self.bits);
        Some((byte >> (place * self.bits)) & mask)
    }

    /// The memory that it takes up.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }
}

pub(super) const MAX_LIST_BYTES: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn encode(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn list(bits: u8, zlib: &str) -> StatusList {
        let bytes: Vec<u8> = (0..zlib.len() / 2)
            .map(|at| u8::from_str_radix(&zlib[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        StatusList::decode(bits, &encode(&bytes)).unwrap()
    }

    #[test]
    fn vec_05_statuses_of_one_bit() {
        let list = list(1, "78dadbb918000217015d");
        let found: Vec<_> = (0..16).map(|index| list.status(index).unwrap()).collect();
        assert_eq!(found, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
        assert_eq!(list.status(16), None);
        assert_eq!(list.status(u64::MAX), None);
    }

    #[test]
    fn vec_06_statuses_of_two_bits() {
        let list = list(2, "78da3be9f2130003df0207");
        let found: Vec<_> = (0..12).map(|index| list.status(index).unwrap()).collect();
        assert_eq!(found, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]);
    }

    #[test]
    fn tsl_05_statuses_of_four_and_eight_bits() {
        let of = |bits| StatusList {
            bits,
            bytes: [0x21, 0x43].into(),
        };
        let all = |list: &StatusList| (0..).map_while(|at| list.status(at)).collect::<Vec<_>>();
        assert_eq!(all(&of(4)), [1, 2, 3, 4]);
        assert_eq!(all(&of(8)), [0x21, 0x43]);
    }

    #[test]
    fn tsl_10_decompressed_list_has_at_most_16_mib() {
        use miniz_oxide::deflate::compress_to_vec_zlib;
        for (length, fits) in [(MAX_LIST_BYTES, true), (MAX_LIST_BYTES + 1, false)] {
            let bomb = compress_to_vec_zlib(&vec![0; length], 1);
            assert_eq!(StatusList::decode(1, &encode(&bomb)).is_ok(), fits);
        }
    }

    #[test]
    fn tsl_04_other_forms_are_refused() {
        for (bits, lst) in [
            (3, "eNrbuRgAAhcBXQ"),
            (0, "eNrbuRgAAhcBXQ"),
            (1, "eNrbuRgAAhcBX"),
            (1, "AAAA"),
            (1, ""),
        ] {
            assert!(StatusList::decode(bits, lst).is_err(), "{bits} {lst}");
        }
        assert!(StatusList::decode(1, "eNrbuRgAAhcBXQ").is_ok());
    }
}
