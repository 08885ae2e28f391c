//! Why a valid token and a matching proof are refused together (RFC 9449 section 7.1, RFC 8705 section 3).

use crate::cert::MissingCertificate;
use crate::crypto::Digest;
use crate::excerpt::Excerpt;

/// Why a valid token and a matching proof are refused together.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "binding_")]
pub enum BindingError {
    /// A token bound to a key, presented as `Bearer` (RFC 9449 section 7.2).
    #[error(
        "the token is bound to a key (`cnf.jkt`), but was sent with the Bearer scheme: the client must send it with the \
         scheme DPoP and a proof"
    )]
    BoundTokenAsBearer,
    /// The right certificate, but outside its validity period, or with an unknown one, where the validity period is
    /// checked.
    #[error(
        "the client's certificate is outside its validity period, or only its fingerprint is known; \
         configure with `refuse_expired_certificates`"
    )]
    CertificateExpired,
    /// The certificate presented is not the one that the token is bound to (RFC 8705 section 3).
    #[error(
        "the client's certificate has the thumbprint {presented}, but the token is bound to {bound} (`cnf.x5t#S256`)"
    )]
    CertificateMismatch {
        /// The token's `x5t#S256`.
        bound: Digest,
        /// The thumbprint of the certificate that was presented.
        presented: Digest,
    },
    /// A token bound to a certificate, and the request has none.
    #[error("the token is bound to a client certificate, but {cause}")]
    CertificateMissing {
        /// Why the request has none, as far as the source of certificates can tell.
        cause: MissingCertificate,
    },
    /// The proof is signed with another key (RFC 9449 section 6.1).
    #[error(
        "the proof's key has the thumbprint {proven}, but the token is bound to {bound} (`cnf.jkt`)"
    )]
    KeyMismatch {
        /// The token's `jkt`.
        bound: Digest,
        /// The thumbprint of the proof's key.
        proven: Digest,
    },
    /// A token bound to a certificate, on a guard without `GuardBuilder::mtls`.
    #[error(
        "the token is bound to a client certificate, but this guard has no source of certificates; \
         configure one with `GuardBuilder::mtls`"
    )]
    MtlsNotConfigured,
    /// A `DPoP` header with an unbound bearer token, which the strict option refuses.
    #[error(
        "a DPoP header was sent with an unbound bearer token, which `refuse_stray_proofs` forbids"
    )]
    StrayProof,
    /// The token is unbound.
    #[error(
        "the token has no `cnf`: anyone who holds it could use it; configure the authorization server to issue \
         DPoP-bound tokens, or call `allow_unbound_tokens`, or name the client in `GuardBuilder::exceptions`"
    )]
    UnboundToken,
    /// Scheme `DPoP` with a token that is not bound to a key.
    #[error(
        "the scheme is DPoP, but the token has no `cnf.jkt`: configure the authorization server to bind tokens to the \
         key of the DPoP proof at its token endpoint"
    )]
    UnboundTokenAsDpop,
    /// Members of `cnf` that this guard cannot check. Stricter than RFC 7800 section 3.1, which allows recipients to
    /// ignore them: a confirmation that is not checked does not bind the token.
    #[error(
        "the token's `cnf` has {members}, which this guard cannot check; configure with `ignore_confirmation_member`"
    )]
    UnknownConfirmation {
        /// Their names, separated by spaces.
        members: Excerpt,
    },
}
