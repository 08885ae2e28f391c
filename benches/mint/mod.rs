//! Keys, tokens and proofs for benches, signed by aws-lc-rs: fast enough to make thousands before a run.
#![allow(
    dead_code,
    unused_imports,
    reason = "shared by benches, each of which uses a part"
)]

mod key;
mod work;

pub use key::{Key, encode};
pub use work::{Case, Work, bound_token, now};

pub const ISSUER: &str = "https://as.example.com";
pub const AUDIENCE: &str = "https://rs.example.com";
pub const ORIGIN: &str = "https://rs.example.com";
pub const PATH: &str = "/accounts/4711";
