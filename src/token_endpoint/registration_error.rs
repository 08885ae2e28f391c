//! Why the registration of a client is refused.

/// An invalid registration. Independent of any request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationError {
    /// Not a name that a certificate can have (RFC 8705 section 2.1.2).
    #[error("`{parameter}` {value:?} is not usable: it must be {expected}")]
    CertificateName {
        /// The registration parameter.
        parameter: &'static str,
        /// The text given.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Not the certificates of a client (RFC 8705 section 2.2).
    #[error("the registered certificates are not usable: {0}")]
    Certificates(&'static str),
    /// Not a client identifier (RFC 6749 section 2.2 and appendix A.1).
    #[error(
        "client identifier {0:?} is not usable: it must have 1 to 512 characters of printable ASCII"
    )]
    ClientId(String),
    /// An exception for a shared secret is not usable.
    #[error("the exception for a shared secret is not usable: {0}")]
    ClientSecretException(&'static str),
    /// Two clients have the same identifier.
    #[error("client {0:?} is registered twice")]
    Duplicate(String),
}
