//! Findings about the target URI of a proof, and about the keys of proofs and tokens.

mod headers;
mod keys;
mod uri;
