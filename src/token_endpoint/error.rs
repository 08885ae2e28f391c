//! The reasons for refusing a client's authentication, one variant each. The client learns less: see
//! [`ClientRejection`](super::ClientRejection).

use std::time::Duration;

use super::assertion::{AssertionCheckError, AssertionError};
use super::client::ClientAuthMethod;
use super::parameters::FormError;
use crate::cert::CertError;
use crate::crypto::Digest;
use crate::excerpt::Excerpt;
use crate::replay::ReplayError;
use crate::unavailable::Unavailable;

/// Why a client is not authenticated (RFC 6749 sections 2.3 and 5.2).
#[derive(Clone, Debug, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "client_")]
pub enum ClientAuthError {
    /// The client assertion is refused.
    #[error(transparent)]
    Assertion(AssertionError),
    /// `client_assertion_type` is not that of JWTs (RFC 7523 section 2.2).
    #[error("`client_assertion_type` is {found}, not {JWT_BEARER:?}")]
    AssertionType {
        /// The request's value.
        found: Excerpt,
    },
    /// The `Authorization` header is not of the scheme `Basic`, or malformed.
    #[error("the Authorization header does not have client credentials of the scheme Basic")]
    Authorization,
    /// The forwarded certificate is refused, or the set-up does not tell the peer.
    #[error(transparent)]
    Certificate(#[from] CertError),
    /// The certificate is outside its validity period: a connection may outlive it.
    #[error("the client certificate is outside its validity period")]
    CertificateExpired,
    /// The names of the certificate are not in strict DER.
    #[error("the names in the client certificate cannot be read unambiguously")]
    CertificateMalformed,
    /// The client is registered for a certificate, and presented none.
    #[error("client {client_id} is registered for {registered}, but presented no certificate")]
    CertificateMissing {
        /// The client.
        client_id: Excerpt,
        /// The registered method.
        registered: ClientAuthMethod,
    },
    /// The certificate does not have the registered name (RFC 8705 section 2.1).
    #[error("the certificate of client {client_id} does not have the registered name")]
    CertificateName {
        /// The client.
        client_id: Excerpt,
    },
    /// The chain of the certificate was not verified by this process.
    #[error(
        "the certificate of client {client_id} was presented, but its chain was not verified on this connection; \
         configure with `cert::ClientCertPolicy::verified_by`"
    )]
    CertificateNotVerified {
        /// The client.
        client_id: Excerpt,
    },
    /// The certificate is not one of those registered (RFC 8705 section 2.2).
    #[error(
        "the certificate with `x5t#S256` {thumbprint} is not registered for client {client_id}"
    )]
    CertificateUnregistered {
        /// The client.
        client_id: Excerpt,
        /// The certificate.
        thumbprint: Digest,
    },
    /// The body is not a form that can be read in one way only.
    #[error(transparent)]
    Form(#[from] FormError),
    /// One of `client_assertion` and `client_assertion_type` without the other.
    #[error("the request has only one of `client_assertion` and `client_assertion_type`")]
    IncompleteAssertion,
    /// The credentials are not those of the client's registered method.
    #[error("client {client_id} is registered for {registered}, but the request has {presented}")]
    Method {
        /// The client.
        client_id: Excerpt,
        /// The registered method.
        registered: ClientAuthMethod,
        /// What the request has instead.
        presented: &'static str,
    },
    /// The request names no client.
    #[error("the request has no client authentication and no `client_id`")]
    Missing,
    /// More than one method in one request (RFC 6749 section 2.3).
    #[error("the request has more than one method of client authentication")]
    MultipleMethods,
    /// The parameter `client_id` names another client than the `Authorization` header.
    #[error(
        "the parameter `client_id` is {parameter}, but the Authorization header is of client {found}"
    )]
    OtherClient {
        /// The client of the header.
        found: Excerpt,
        /// The parameter.
        parameter: Excerpt,
    },
    /// More than one `Authorization` header.
    #[error("the request has more than one Authorization header")]
    RepeatedAuthorization,
    /// The replay store did not accept the assertion.
    #[error(transparent)]
    Replay(ReplayError),
    /// The shared secret is wrong.
    #[error("the shared secret of client {client_id} is wrong")]
    Secret {
        /// The client.
        client_id: Excerpt,
    },
    /// The exception for the shared secret is over.
    #[error(
        "the exception for the shared secret of client {client_id} (owner {owner}) ended {ago:?} ago; register \
         keys or a certificate of the client"
    )]
    SecretExpired {
        /// How long ago.
        ago: Duration,
        /// The client.
        client_id: Excerpt,
        /// Who is responsible.
        owner: Excerpt,
    },
    /// The keys of the client, or the registry, are unavailable. Refused with 503.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// No client of this identifier is registered.
    #[error("no client {client_id} is registered")]
    UnknownClient {
        /// The identifier.
        client_id: Excerpt,
    },
}

impl From<AssertionCheckError> for ClientAuthError {
    fn from(error: AssertionCheckError) -> Self {
        match error {
            AssertionCheckError::Assertion(error) => Self::Assertion(error),
            AssertionCheckError::Replay(ReplayError::Unavailable(error)) => {
                Self::Unavailable(error)
            }
            AssertionCheckError::Replay(error) => Self::Replay(error),
            AssertionCheckError::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

impl From<AssertionError> for ClientAuthError {
    fn from(error: AssertionError) -> Self {
        Self::Assertion(error)
    }
}

/// RFC 7523 section 2.2.
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
