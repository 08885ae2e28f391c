//! An authorization server, clients with proofs as they should be and as they should not, and HTTP/1.1 by hand.
#![allow(
    dead_code,
    unused_imports,
    reason = "shared by benches, each of which uses a part"
)]

mod exchange;
mod issuer;
mod key;
mod proof;
mod target;

pub(crate) use exchange::{Answer, broken, exchange, read_answer};
pub(crate) use issuer::{Claims, Issuer};
pub(crate) use key::Key;
pub(crate) use proof::{Fault, now, proof, random};
pub(crate) use target::Target;
