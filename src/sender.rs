//! How the sender of a request proved possession (RFC 9449 section 6.1, RFC 8705 section 3.1).

use crate::crypto::Digest;

/// How the sender of a request proved possession: the thumbprints of the key and certificate that the token is bound
/// to.
///
/// A thumbprint identifies one key or certificate, not a person or client.
///
/// ```
/// use sender_constraint::Access;
///
/// fn describe(access: &Access) -> String {
///     let sender = access.sender();
///     match (sender.jkt(), sender.x5t_s256()) {
///         (Some(jkt), None) => format!("holds the key {jkt}"),
///         (None, Some(x5t_s256)) => format!("holds the certificate {x5t_s256}"),
///         (Some(_), Some(_)) => "holds a key and a certificate".to_owned(),
///         (None, None) => "proved nothing".to_owned(),
///     }
/// }
/// # drop(describe);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sender {
    pub(crate) jkt: Option<Digest>,
    pub(crate) x5t_s256: Option<Digest>,
}

impl Sender {
    /// The thumbprint of the key (RFC 9449 section 6.1), if a DPoP proof was required.
    #[must_use]
    pub const fn jkt(&self) -> Option<&Digest> {
        self.jkt.as_ref()
    }

    /// The SHA-256 thumbprint of the client certificate (RFC 8705 section 3.1), if one was required.
    #[must_use]
    pub const fn x5t_s256(&self) -> Option<&Digest> {
        self.x5t_s256.as_ref()
    }

    /// Whether possession was not proven: the token is unbound, and the guard allows that.
    #[must_use]
    pub const fn is_unbound(&self) -> bool {
        self.jkt.is_none() && self.x5t_s256.is_none()
    }
}
