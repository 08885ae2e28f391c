//! Claims of other kinds of JWT (RFC 8725 section 3.12).

/// ID tokens (OpenID Connect Core section 2), security event tokens (RFC 8417), introspection responses (RFC 9701) and
/// DPoP proofs, recognised by claims that an access token does not have.
pub(super) const FOREIGN_CLAIMS: [&str; 9] = [
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "events",
    "token_introspection",
    "status_list",
    "htm",
    "htu",
];
