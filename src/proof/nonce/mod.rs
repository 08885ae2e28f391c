//! Nonces of this resource server (RFC 9449 sections 8 and 9): a time of issue and a MAC, so that nothing is stored.

mod issuer;
mod nonces;
mod ring;
mod secret;
mod secret_file;
mod secrets;
mod text;
mod verified;

pub(crate) use issuer::NonceIssuer;
pub use nonces::Nonces;
pub use secret::NonceSecret;
pub use secret_file::NonceSecretFile;
pub use secrets::NonceSecrets;
pub(super) use verified::VerifiedNonce;
