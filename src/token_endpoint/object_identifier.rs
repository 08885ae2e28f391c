//! Object identifiers of attribute types (RFC 4514 sections 2.3 and 3), encoded in DER (X.690 section 8.19).

/// The object identifier in DER, of one of the names of RFC 4514 section 3, or of dotted decimals.
pub(super) fn oid_of(name: &str) -> Option<Vec<u8>> {
    let known = NAMES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    let dotted = known.map_or(name, |(_, dotted)| dotted);
    let arcs: Option<Vec<u64>> = dotted.split('.').map(arc).collect();
    let arcs = arcs?;
    let [first, second, others @ ..] = arcs.as_slice() else {
        return None;
    };
    if *first > 2 || (*first < 2 && *second > 39) {
        return None;
    }
    let mut oid = base_128(first.checked_mul(40)?.checked_add(*second)?);
    oid.extend(others.iter().flat_map(|arc| base_128(*arc)));
    Some(oid)
}

fn arc(digits: &str) -> Option<u64> {
    let leads_with_zero = digits.len() > 1 && digits.starts_with('0');
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !leads_with_zero;
    digits.parse().ok().filter(|_| is_number)
}

fn base_128(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let more = if bytes.is_empty() { 0 } else { 0x80 };
        bytes.push(u8::try_from(number & 0x7f).unwrap_or(0) | more);
        number >>= 7;
        if number == 0 {
            break;
        }
    }
    bytes.reverse();
    bytes
}

/// RFC 4514 section 3.
const NAMES: [(&str, &str); 9] = [
    ("C", "2.5.4.6"),
    ("CN", "2.5.4.3"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("L", "2.5.4.7"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("UID", "0.9.2342.19200300.100.1.1"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cau_20_object_identifiers_are_encoded() {
        assert_eq!(oid_of("cn"), Some(vec![0x55, 4, 3]));
        assert_eq!(oid_of("2.5.4.97"), Some(vec![0x55, 4, 97]));
        let uid = [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01];
        assert_eq!(oid_of("UID"), Some(uid.to_vec()));
        assert_eq!(oid_of("2.999"), Some(vec![0x88, 0x37]));
    }
}
