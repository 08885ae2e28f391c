//! Names of header fields that some servers take for each other.

/// Whether `found` is `name`, in any case, or an alias of it: some servers convert `_` to `-`, so that an alias evades a
/// proxy that removes the field.
pub(crate) fn is_or_is_alias(found: &str, name: &str) -> bool {
    let normal = |byte: u8| match byte {
        b'_' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    found.bytes().map(normal).eq(name.bytes().map(normal))
}
