//! The only module that depends on a crypto library: digests, strict base64url, prepared public keys, and tables of
//! keys. It also signs this server's own client assertions.
//!
//! Two backends verify signatures, `aws_lc` and `rust_crypto`. With both features enabled, `aws_lc` is used and the
//! tests compare the other with it. One difference is known and harmless: aws-lc detects only at verification that 32
//! bytes are not a point of edwards25519, so it refuses such a key later than `rust_crypto` does.

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod absent;
#[cfg(all(
    feature = "http-client",
    not(any(feature = "aws-lc-rs", feature = "rust-crypto"))
))]
mod absent_sign;
#[cfg(all(test, feature = "aws-lc-rs", feature = "rust-crypto"))]
mod agreement;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(all(feature = "aws-lc-rs", feature = "http-client"))]
mod aws_lc_sign;
mod base64url;
mod digest;
mod hmac;
mod key_error;
#[cfg(feature = "http-client")]
#[cfg_attr(
    not(any(feature = "aws-lc-rs", feature = "rust-crypto")),
    allow(dead_code, reason = "read by backends")
)]
mod private_key;
mod private_key_error;
#[cfg(feature = "http-client")]
mod private_key_pem;
mod public_key;
mod rsa_limits;
#[cfg(feature = "rust-crypto")]
#[cfg_attr(feature = "aws-lc-rs", allow(dead_code, reason = "tested against"))]
mod rust_crypto;
#[cfg(all(feature = "rust-crypto", feature = "http-client"))]
#[cfg_attr(feature = "aws-lc-rs", allow(dead_code, reason = "tested against"))]
mod rust_crypto_sign;
mod sha256;
#[cfg(all(
    test,
    feature = "aws-lc-rs",
    feature = "rust-crypto",
    feature = "http-client"
))]
#[allow(clippy::indexing_slicing, reason = "the test creates its own data")]
mod signing_agreement;
#[cfg(feature = "sender-tables")]
mod table;

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
pub(crate) use absent::{PreparedKey, random};
#[cfg(all(
    feature = "http-client",
    not(any(feature = "aws-lc-rs", feature = "rust-crypto"))
))]
pub(crate) use absent_sign::Signer;
#[cfg(feature = "aws-lc-rs")]
pub(crate) use aws_lc::{PreparedKey, random};
#[cfg(all(feature = "aws-lc-rs", feature = "http-client"))]
pub(crate) use aws_lc_sign::Signer;
#[cfg(feature = "http-client")]
pub(crate) use base64url::encode_basic;
pub(crate) use base64url::{decode, decode_array, decode_into, decode_onto, encode_bytes};
pub use digest::Digest;
pub(crate) use digest::Hasher;
pub(crate) use hmac::hmac_sha256;
pub use key_error::KeyError;
#[cfg(feature = "http-client")]
pub(crate) use private_key::PrivateKey;
pub use private_key_error::PrivateKeyError;
pub(crate) use public_key::{Curve, PublicKey, SignatureScheme};
pub(crate) use rsa_limits::RsaLimits;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
pub(crate) use rust_crypto::{PreparedKey, random};
#[cfg(all(
    feature = "http-client",
    feature = "rust-crypto",
    not(feature = "aws-lc-rs")
))]
pub(crate) use rust_crypto_sign::Signer;
#[cfg(feature = "sender-tables")]
pub(crate) use table::Table;
