//! A condition that code of the application decides.

use std::sync::Arc;

use crate::access::Access;

/// A condition of the application.
#[derive(Clone)]
pub(super) struct Predicate {
    pub(super) name: String,
    pub(super) holds: Arc<dyn Fn(&Access) -> bool + Send + Sync>,
}
