//! DPoP proofs and certificate-bound tokens.

mod dpop;
mod forwarded;
mod identity;
mod mtls;
mod mtls_dates;
mod near_miss;
#[cfg(feature = "sender-tables")]
mod sender_tables;
