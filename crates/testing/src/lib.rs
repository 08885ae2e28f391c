//! Test support for services guarded by [`sender-constraint`](sender_constraint): an issuer, clients, tokens and proofs.
//!
//! Tokens and proofs are valid as they are made, and each part can be changed before it is signed. The signers are those
//! of RustCrypto, so that a test does not check a library against itself.
//!
//! ```
//! use sender_constraint::{Guard, proof::Dpop, token::JwtVerifier};
//! use sender_constraint_testing::{Client, Issuer};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let issuer = Issuer::new("https://as.example.com");
//! let tokens = JwtVerifier::new(issuer.name(), "https://api.example.com", issuer.keys())?;
//! let guard = Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()?;
//!
//! let client = Client::new();
//! let token = issuer.token("https://api.example.com").bound_to(client.key()).sign();
//! let request = client.request("GET", "https://api.example.com/accounts", &token);
//! let (mut head, ()) = request.into_parts();
//! assert_eq!(guard.check(&mut head).await?.subject(), Some("alice"));
//!
//! // One thing changed.
//! let proof = client.proof("POST", "https://api.example.com/accounts", &token).sign();
//! let request = client.request_with("GET", "https://api.example.com/accounts", &token, &proof);
//! let (mut head, ()) = request.into_parts();
//! assert_eq!(guard.check(&mut head).await.unwrap_err().kind(), "proof_method");
//! # Ok(())
//! # }
//! ```
//!
//! A unit test of a handler needs no cryptography: see [`with_access`]. A replay store of your own has a suite of checks in
//! `replay_store` (feature `replay-store-suite`).
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "for tests, where a panic with its place is the best report"
)]

mod access;
#[cfg(feature = "certificates")]
pub mod certificates;
mod client;
mod clock;
mod encoding;
mod issuer;
mod jws;
mod key;
#[cfg(feature = "replay-store-suite")]
pub mod replay_store;
#[cfg(feature = "all-algorithms")]
mod rsa_keys;
#[cfg(feature = "server")]
mod server;

pub use access::{access, with_access};
pub use client::{Client, Proof};
pub use clock::FixedClock;
pub use encoding::encode;
pub use issuer::{Issuer, Token};
pub use jws::sign_compact;
pub use key::SigningKey;
#[cfg(feature = "server")]
pub use server::IssuerServer;
