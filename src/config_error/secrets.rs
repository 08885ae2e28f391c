//! Why a secret is refused.

use std::time::Duration;

/// Why a secret for nonces is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NonceSecretError {
    /// The text is not base64url.
    #[error("it is not base64url without padding; generate 32 random bytes")]
    Base64Url,
    /// All bytes are equal.
    #[error("all its bytes are equal; generate 32 random bytes")]
    EqualBytes,
    /// The text has another length.
    #[error("it has {0} bytes, but must have 32")]
    Length(usize),
    /// The system has no random bytes, or the build has no crypto backend.
    #[error("the system has no random bytes, or this build has no crypto backend")]
    NoRandomBytes,
}

/// Why a shared secret is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SharedSecretError {
    /// The exception has ended.
    #[error("its exception ended {} days ago: replace it by `PrivateKeyJwt` or `TlsClientAuth`", .0.as_secs() / 86_400)]
    Ended(Duration),
    /// Nobody is named who replaces it.
    #[error("its exception has no owner")]
    Owner,
    /// No reason is given.
    #[error("its exception has no reason")]
    Reason,
    /// The secret is empty.
    #[error("it is empty")]
    Secret,
    /// The exception ends too late.
    #[error("its exception must end within 366 days")]
    TooFar,
}
