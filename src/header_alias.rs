//! Names of header fields that some servers take for each other.

/// Whether `found` is `name`, in any case, or an alias of it: an alias evades a proxy that removes the field. Some
/// servers take `_` for `-`, and CGI programs (RFC 3875 section 4.1.18) see every character that is no letter and no
/// digit as `_`.
pub(crate) fn is_or_is_alias(found: &str, name: &str) -> bool {
    let normal = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => byte.to_ascii_lowercase(),
        _ => b'-',
    };
    found.bytes().map(normal).eq(name.bytes().map(normal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fwd_08_aliases() {
        for found in ["client-cert", "Client_Cert", "client.cert", "CLIENT!CERT"] {
            assert!(is_or_is_alias(found, "client-cert"), "{found}");
        }
        for found in ["clientcert", "client-cert-", "client-cart", "client--cert"] {
            assert!(!is_or_is_alias(found, "client-cert"), "{found}");
        }
    }
}
