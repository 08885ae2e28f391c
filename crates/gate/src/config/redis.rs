//! Servers of Redis or Valkey that several gates share.

use std::fmt;

use super::source::{Setting, SettingError};
use super::table::Table;

/// Where the servers are, and what their keys begin with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Redis {
    /// A single server, the nodes of a Cluster, or Sentinels.
    pub(crate) first: Setting<RedisUrl>,
    pub(crate) others: Vec<Setting<RedisUrl>>,
    /// The name under which the Sentinels know the primary.
    pub(crate) sentinel: Option<Setting<String>>,
    pub(crate) key_prefix: Option<Setting<String>>,
    /// Authorities for `rediss://`, instead of those of the system.
    pub(crate) ca: Option<Setting<String>>,
}

/// A URL that may have a password.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct RedisUrl(String);

impl RedisUrl {
    #[cfg(feature = "redis")]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RedisUrl(..)")
    }
}

impl Redis {
    /// The error that the servers are refused.
    #[cfg(feature = "redis")]
    pub(crate) fn refuse(&self, reason: impl fmt::Display) -> SettingError {
        let reason = self
            .others
            .iter()
            .fold(reason.to_string(), |reason, url| url.conceal(reason));
        let sentinel = self.sentinel.as_ref();
        let reason = sentinel.map_or_else(|| reason.clone(), |name| name.conceal(&reason));
        self.first.refuse(reason)
    }

    /// The table `[deny]`.
    pub(super) fn of_deny_list(root: &mut Table) -> Result<Option<Self>, SettingError> {
        let (mut table, is_given) = root.table("deny")?;
        let redis = Self::read(&mut table)?;
        if is_given && redis.is_none() {
            return Err(table.missing("redis", "a list of URLs"));
        }
        table.finish()?;
        Ok(redis)
    }

    /// `None` without `redis`.
    pub(super) fn read(table: &mut Table) -> Result<Option<Self>, SettingError> {
        let mut urls = Vec::new();
        for url in table.texts("redis")? {
            urls.push(url.map(|url| Ok::<_, SettingError>(RedisUrl(url)))?);
        }
        let mut urls = urls.into_iter();
        let (sentinel, key_prefix, ca) = (
            table.text("sentinel")?,
            table.text("key_prefix")?,
            table.text("ca")?,
        );
        let Some(first) = urls.next() else {
            let unused = [&sentinel, &key_prefix, &ca].into_iter().flatten().next();
            return match unused {
                Some(setting) => {
                    Err(setting.refuse("it has no effect without `redis`, a list of URLs"))
                }
                None => Ok(None),
            };
        };
        Ok(Some(Self {
            first,
            others: urls.collect(),
            sentinel,
            key_prefix,
            ca,
        }))
    }
}
