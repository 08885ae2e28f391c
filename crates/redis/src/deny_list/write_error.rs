//! Why a change of the shared deny-list failed.

use sender_constraint::revocation::DenyError;

/// A change that did not reach Redis, as far as is known.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The entry is refused; nothing is denied.
    #[error(transparent)]
    Entry(#[from] DenyError),
    /// Redis holds the limit of entries. The entry is in effect at this instance only.
    #[error(
        "Redis holds the limit of {limit} entries; configure with `DenyListBuilder::max_entries`"
    )]
    Full {
        /// The limit.
        limit: usize,
    },
    /// Redis did not confirm the change, and may or may not have it. A new entry is in effect at this instance; call again.
    #[error("Redis did not confirm the change of the deny-list: {0}")]
    Unconfirmed(String),
}
