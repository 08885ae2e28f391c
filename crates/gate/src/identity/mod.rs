//! What the upstream receives about the sender of an accepted request: header fields, and a signed token.

mod signer;
mod statement;
mod value;

pub(crate) use statement::Statement;
