//! Reasons for refusing a private key of the configuration.

use super::key_error::KeyError;

/// Why a private key is refused. No variant has a part of the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// Not DER of RFC 5208, RFC 5915 or RFC 8017, or a number that is not base64url.
    #[error("a part of the key cannot be decoded")]
    Encoding,
    /// The file is encrypted, or names a passphrase.
    #[error("the file is encrypted: decrypt it, for example with `openssl pkey`")]
    Encrypted,
    /// Its size, or the type of key in this build.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not a strict JSON object with members of the right types.
    #[error("it is not a JWK (RFC 7517): a JSON object without repeated members")]
    Malformed,
    /// The private and the public part do not belong together.
    #[error("the private part does not match the public part")]
    Mismatch,
    /// A member that the key type requires is missing, most often the private ones: a public JWK cannot sign.
    #[error("member `{0}` is missing")]
    Missing(&'static str),
    /// No block with a private key.
    #[error("the PEM text does not have exactly one private key (`PRIVATE KEY`, PKCS #8)")]
    NoPrivateKey,
    /// Its `use`, `key_ops` or `alg` is not for these signatures.
    #[error("its `use`, `key_ops` or `alg` is not for signing with ES256, EdDSA or PS256")]
    Purpose,
    /// The key type or curve signs with none of the algorithms.
    #[error("the key is of another type than P-256 (ES256), Ed25519 (EdDSA) or RSA (PS256)")]
    Type,
}
