//! What the upstream receives about the sender of an accepted request: header fields, and a signed token.

mod identity_fields;
mod signer;
mod value;

pub(crate) use identity_fields::IdentityFields;
