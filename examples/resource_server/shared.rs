//! What instances of this server share.

use std::sync::Arc;

use sender_constraint::replay::ReplayStore;
use sender_constraint::revocation::Revocation;

/// Nothing, by default.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) replay: Option<Arc<dyn ReplayStore>>,
    pub(crate) denied: Option<Arc<dyn Revocation>>,
}
