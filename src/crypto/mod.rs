//! The only module that depends on a crypto library: digests, strict base64url, prepared public keys, and tables of
//! keys.
//!
//! Two backends verify signatures, `aws_lc` and `rust_crypto`. With both features enabled, `aws_lc` is used and the
//! tests compare the other with it. One difference is known and harmless: aws-lc detects only at verification that 32
//! bytes are not a point of edwards25519, so it refuses such a key later than `rust_crypto` does.

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
mod absent;
#[cfg(all(test, feature = "aws-lc-rs", feature = "rust-crypto"))]
mod agreement;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod base64url;
mod digest;
mod key_error;
mod public_key;
mod rsa_limits;
#[cfg(feature = "rust-crypto")]
#[cfg_attr(feature = "aws-lc-rs", allow(dead_code, reason = "tested against"))]
mod rust_crypto;
mod sha256;
#[cfg(feature = "sender-tables")]
mod table;

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
pub(crate) use absent::PreparedKey;
#[cfg(feature = "aws-lc-rs")]
pub(crate) use aws_lc::PreparedKey;
pub(crate) use base64url::{decode, decode_into, decode_onto};
pub use digest::Digest;
pub(crate) use digest::Hasher;
pub use key_error::KeyError;
pub(crate) use public_key::{Curve, PublicKey, SignatureScheme};
pub(crate) use rsa_limits::RsaLimits;
#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
pub(crate) use rust_crypto::PreparedKey;
#[cfg(feature = "sender-tables")]
pub(crate) use table::Table;
