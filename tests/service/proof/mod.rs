//! DPoP proofs and certificate-bound tokens.

mod dpop;
mod forwarded;
mod identity;
mod mtls;
mod mtls_dates;
#[cfg(feature = "sender-tables")]
mod sender_tables;
