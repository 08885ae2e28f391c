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
    by_successor: bool,
}

/// How the sender of a request was proven.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Sender {
    /// By a DPoP proof of the key that the token is bound to (RFC 9449).
    Dpop {
        /// The thumbprint of the key: a handle for one key, not an identity.
        jkt: Digest,
    },
    /// By a DPoP proof and by a client certificate, for a token bound to both.
    DpopAndMtls {
        /// The thumbprint of the key.
        jkt: Digest,
        /// The SHA-256 of the certificate.
        x5t_s256: Digest,
    },
    /// By the client certificate that the token is bound to (RFC 8705).
    Mtls {
        /// The SHA-256 of the certificate: a handle for it, not an identity.
        x5t_s256: Digest,
    },
    /// Not at all: the token is bound to nothing, and the guard allows that.
    Unproven,
}

/// What was shown for a bound token: as much as its confirmation asks for.
pub(crate) enum Evidence {
    Dpop(DpopEvidence, Holder),
    DpopAndMtls(DpopEvidence, Holder, MtlsEvidence),
    Mtls(MtlsEvidence),
}

impl Access {
    /// Takes the evidence by value: without it, a bound token makes no access.
    pub(crate) fn proven(token: Arc<AccessToken>, evidence: Evidence) -> Self {
        let (sender, holders) = match evidence {
            Evidence::Dpop(dpop, holder) => (Sender::Dpop { jkt: dpop.jkt }, [holder, holder]),
            Evidence::DpopAndMtls(dpop, holder, mtls) => (
                Sender::DpopAndMtls {
                    jkt: dpop.jkt,
                    x5t_s256: mtls.x5t_s256,
                },
                [holder, mtls.holder],
            ),
            Evidence::Mtls(mtls) => (
                Sender::Mtls {
                    x5t_s256: mtls.x5t_s256,
                },
                [mtls.holder, mtls.holder],
            ),
        };
        Self {
            token,
            sender,
            by_successor: holders.contains(&Holder::Successor),
        }
    }

    /// For a token that is bound to nothing.
    pub(crate) const fn unproven(token: Arc<AccessToken>) -> Self {
        Self {
            token,
            sender: Sender::Unproven,
            by_successor: false,
        }
    }

    /// Whether it was not the key or certificate named in the token, but its declared successor
    /// ([`Successions`](crate::proof::Successions)).
    #[must_use]
    pub const fn is_by_successor(&self) -> bool {
        self.by_successor
    }

    /// The SHA-256 of the client certificate that was presented, if the token is bound to one.
    #[must_use]
    pub const fn sender_certificate(&self) -> Option<&Digest> {
        match &self.sender {
            Sender::DpopAndMtls { x5t_s256, .. } | Sender::Mtls { x5t_s256 } => Some(x5t_s256),
            Sender::Dpop { .. } | Sender::Unproven => None,
        }
    }

    /// How the sender was proven.
    #[must_use]
    pub const fn sender(&self) -> Sender {
        self.sender
    }

    /// The thumbprint of the key that the sender proved to hold, if one was proven.
    #[must_use]
    pub const fn sender_key(&self) -> Option<&Digest> {
        match &self.sender {
            Sender::Dpop { jkt } | Sender::DpopAndMtls { jkt, .. } => Some(jkt),
            Sender::Mtls { .. } | Sender::Unproven => None,
        }
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

    /// `exp`.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
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
