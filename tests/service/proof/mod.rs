//! DPoP proofs and certificate-bound tokens.

mod dpop;
mod identity;
mod mtls;
mod mtls_dates;
mod sender_tables;
