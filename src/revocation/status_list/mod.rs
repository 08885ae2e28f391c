//! Token Status Lists (draft-ietf-oauth-status-list): the issuer publishes the status of its tokens in compressed
//! lists.

mod download;
mod issuer_lists;
mod list;
mod lists;
mod reference;
mod slot;
mod token;

pub use lists::StatusLists;
