//! A build without the feature `redis`.

use std::sync::Arc;

use sender_constraint::replay::{MemoryStore, ReplayStore};
use sender_constraint::revocation::Revocation;

use super::issuers::Fetching;
use crate::config::{Redis, SettingError};

const ABSENT: &str = "this program was built without the feature `redis`";

#[expect(clippy::unused_async, reason = "the build with `redis` connects")]
pub(super) async fn replay_store(
    redis: &Redis,
    _: MemoryStore,
    _: bool,
    _: Fetching,
) -> Result<Arc<dyn ReplayStore>, SettingError> {
    Err(redis.first.refuse(ABSENT))
}

#[expect(clippy::unused_async, reason = "the build with `redis` connects")]
pub(super) async fn deny_list(
    redis: &Redis,
    _: Fetching,
) -> Result<Option<Arc<dyn Revocation>>, SettingError> {
    Err(redis.first.refuse(ABSENT))
}
