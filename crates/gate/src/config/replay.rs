//! Used proofs: how many are kept, and which gates share them.

use super::redis::{Redis, RedisUrl};
use super::source::{Setting, SettingError};
use super::table::Table;

/// The memory of used proofs, which lives as long as the process.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replay {
    /// How many proofs of one time window are kept.
    pub(crate) capacity: Option<Setting<u64>>,
    /// How many of them one principal may take up.
    pub(crate) share: Option<Setting<u64>>,
    /// Shared with other gates of the origin.
    pub(crate) redis: Option<Redis>,
    /// Set if proofs are accepted once by each gate while Redis is unavailable.
    pub(crate) accept_once_per_node_during_outages: Option<Setting<()>>,
    /// Set if a gateway in front makes the only check.
    pub(crate) checked_by_gateway_only: Option<Setting<()>>,
}

impl Replay {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("replay")?;
        let replay = Self {
            capacity: table.number("capacity", 1..=u64::from(u32::MAX))?,
            share: table.number("share_per_principal", 1..=u64::from(u32::MAX))?,
            redis: Redis::read(&mut table)?,
            accept_once_per_node_during_outages: table
                .set_flag("accept_once_per_node_during_outages")?,
            checked_by_gateway_only: table.set_flag("checked_by_gateway_only")?,
        };
        table.finish()?;
        replay.check()?;
        Ok(replay)
    }

    fn check(&self) -> Result<(), SettingError> {
        if let (Some(setting), None) = (&self.accept_once_per_node_during_outages, &self.redis) {
            return Err(setting.refuse("it has no effect without `replay.redis`"));
        }
        let is_kept = self.capacity.is_some() || self.share.is_some() || self.redis.is_some();
        match &self.checked_by_gateway_only {
            Some(setting) if is_kept => Err(setting
                .refuse("no proof is recorded with it: expected no other setting of `[replay]`")),
            _ => Ok(()),
        }
    }

    /// The error at the first setting of `[replay]`, if it has one.
    pub(crate) fn refuse(&self, reason: &str) -> Option<SettingError> {
        self.first_error(
            |at| at.refuse(reason),
            |at| at.refuse(reason),
            |at| at.refuse(reason),
        )
    }

    /// The error about the first setting of `[replay]`, which the configuration in effect has, and the new one does not.
    pub(crate) fn refuse_removed(&self, reason: &str) -> Option<SettingError> {
        self.first_error(
            |at| at.refuse_removed(reason),
            |at| at.refuse_removed(reason),
            |at| at.refuse_removed(reason),
        )
    }

    fn first_error(
        &self,
        number: impl Fn(&Setting<u64>) -> SettingError,
        url: impl Fn(&Setting<RedisUrl>) -> SettingError,
        flag: impl Fn(&Setting<()>) -> SettingError,
    ) -> Option<SettingError> {
        let numbers = [&self.capacity, &self.share].into_iter().flatten();
        let flags = [
            &self.accept_once_per_node_during_outages,
            &self.checked_by_gateway_only,
        ];
        let flags = flags.into_iter().flatten();
        numbers
            .map(number)
            .chain(self.redis.iter().map(|it| url(&it.first)))
            .chain(flags.map(flag))
            .next()
    }
}
