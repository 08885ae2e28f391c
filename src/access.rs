//! The verdict that a handler receives: who calls, with what rights, and how that was proven.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::crypto::Digest;
use crate::proof::{DpopEvidence, Holder, MtlsEvidence};
use crate::time::Timestamp;
use crate::token::AccessToken;

/// A request that was let in. Only a [`Guard`](crate::Guard) makes one.
///
/// Handlers find it in the request's extensions, or take it as an axum extractor (feature `axum`).
/// It holds no token, and its `Debug` shows identifiers only.
#[derive(Clone)]
pub struct Access {
    token: Arc<AccessToken>,
    sender: Sender,
    used_rollover: bool,
}

/// How the sender of a request proved possession: by the thumbprints of what the token is bound to.
///
/// A thumbprint is a handle for one key or certificate, not an identity.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sender {
    jkt: Option<Digest>,
    x5t_s256: Option<Digest>,
}

impl Sender {
    /// The thumbprint of the key (RFC 9449 section 6.1), if a DPoP proof was required.
    #[must_use]
    pub const fn jkt(&self) -> Option<&Digest> {
        self.jkt.as_ref()
    }

    /// The SHA-256 of the client certificate (RFC 8705 section 3.1), if one was required.
    #[must_use]
    pub const fn x5t_s256(&self) -> Option<&Digest> {
        self.x5t_s256.as_ref()
    }

    /// Whether nothing was proven: the token is bound to nothing, and the guard allows that.
    #[must_use]
    pub const fn is_unbound(&self) -> bool {
        self.jkt.is_none() && self.x5t_s256.is_none()
    }
}

/// Proofs that satisfied the token's confirmation; none for a token that is bound to nothing.
pub(crate) struct Evidence {
    pub(crate) dpop: Option<(DpopEvidence, Holder)>,
    pub(crate) mtls: Option<MtlsEvidence>,
}

impl Access {
    /// Takes the evidence by value: without it, a bound token makes no access.
    pub(crate) fn new(token: Arc<AccessToken>, evidence: Evidence) -> Self {
        let Evidence { dpop, mtls } = evidence;
        let key_holder = dpop.as_ref().map(|(_, holder)| *holder);
        let cert_holder = mtls.as_ref().map(|mtls| mtls.holder);
        Self {
            token,
            sender: Sender {
                jkt: dpop.map(|(dpop, _)| dpop.jkt),
                x5t_s256: mtls.map(|mtls| mtls.x5t_s256),
            },
            used_rollover: [key_holder, cert_holder].contains(&Some(Holder::Successor)),
        }
    }

    /// Whether a declared successor ([`Rollovers`](crate::proof::Rollovers)) was used instead of the key or
    /// certificate that the token names.
    #[must_use]
    pub const fn used_rollover(&self) -> bool {
        self.used_rollover
    }

    /// How the sender proved possession.
    #[must_use]
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }

    /// `iss`: who vouches for all the rest. A subject means something only together with its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.token.claims().issuer()
    }

    /// `sub`: a user, or for client credentials the client. Always there with RFC 9068 tokens.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.token.claims().subject()
    }

    /// `client_id`. Always there with RFC 9068 tokens.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.token.claims().client_id()
    }

    /// Whether `sub` equals `client_id`, as for client credentials. A hint only: an issuer may name clients otherwise in
    /// `sub`, or let a client choose the identifier of a user (RFC 9700 section 4.15).
    #[must_use]
    pub fn is_client_only(&self) -> bool {
        self.subject().is_some() && self.subject() == self.client_id()
    }

    /// The scopes granted.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.token.claims().scopes()
    }

    /// Whether exactly this scope was granted: no prefix counts, nor another case.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// `exp`. Always there with RFC 9068 tokens.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.token.claims().expires_at()
    }

    /// All claims, as a type of the application's.
    ///
    /// # Errors
    ///
    /// Those of `serde_json`, when the claims do not fit the type.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        self.token.claims().parse()
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Access")
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .field("client_id", &self.client_id())
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}
