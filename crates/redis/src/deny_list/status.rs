//! How current the list of this instance is.

use sender_constraint::time::Timestamp;

/// The state of a [`RedisDenyList`](super::RedisDenyList), for metrics and health checks.
///
/// ```
/// use sender_constraint_redis::{DenyListStatus, RedisDenyList};
///
/// /// What an operator must look at.
/// fn alarm(status: &DenyListStatus) -> Option<String> {
///     if status.lost_by_redis.is_some() {
///         return Some("Redis lost entries: add them again".into());
///     }
///     if status.unusable > 0 {
///         return Some(format!("{} entries are not in effect", status.unusable));
///     }
///     let failure = status.failure.as_deref()?;
///     Some(format!("entries of other instances are not seen: {failure}"))
/// }
///
/// fn health(denied: &RedisDenyList) -> Result<(), String> {
///     alarm(&denied.status()).map_or(Ok(()), Err)
/// }
/// # drop(health as fn(&RedisDenyList) -> Result<(), String>);
/// assert_eq!(alarm(&DenyListStatus::default()), None);
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct DenyListStatus {
    /// The entries in effect at this instance, with some that have ended.
    pub entries: usize,
    /// Whether the last read succeeded: entries of other instances are seen.
    pub is_current: bool,
    /// When Redis was read last.
    pub last_read: Option<Timestamp>,
    /// Why the last read failed.
    pub failure: Option<String>,
    /// When Redis was found without the entries that it had: add the entries again, since instances that start later do
    /// not have them.
    pub lost_by_redis: Option<Timestamp>,
    /// Entries in Redis that this version cannot read, or that do not fit: they are not in effect here.
    pub unusable: usize,
}
