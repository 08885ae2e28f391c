//! Changes of a good text at any place: bytes alone would rarely reach more than the first check.

use arbitrary::Arbitrary;

#[derive(Arbitrary, Clone, Debug)]
pub(crate) enum Mutation {
    Delete(u16),
    Insert(u16, u8),
    Replace(u16, u8),
    Swap(u16),
    Truncate(u16),
    Repeat(u16, u8),
}

/// The text with the changes.
pub(crate) fn mutate(text: &[u8], mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for mutation in mutations.iter().take(MAX_MUTATIONS) {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        let at = |place: u16| usize::from(place) % length;
        match *mutation {
            Mutation::Delete(place) => drop(bytes.remove(at(place))),
            Mutation::Insert(place, byte) => bytes.insert(at(place), byte),
            Mutation::Replace(place, byte) => bytes[at(place)] = byte,
            Mutation::Swap(place) => bytes.swap(at(place), (at(place) + 1) % length),
            Mutation::Truncate(place) => bytes.truncate(at(place)),
            Mutation::Repeat(place, span) => {
                let end = (at(place) + usize::from(span)).min(length);
                let part = bytes[at(place)..end].to_vec();
                bytes.splice(end..end, part);
            }
        }
    }
    bytes
}

const MAX_MUTATIONS: usize = 8;
