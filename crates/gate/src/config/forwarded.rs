//! Proxies in front that state the host that the client addressed.

use super::peers::Peers;
use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForwardedFields {
    pub(crate) fields: Setting<Fields>,
    pub(crate) trusted_peers: Peers,
    /// How many trusted proxies write an element.
    pub(crate) trusted_hops: Option<Setting<u64>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fields {
    /// `Forwarded`.
    Rfc7239,
    /// `X-Forwarded-Host` and `X-Forwarded-Proto`.
    XForwarded,
}

impl ForwardedFields {
    pub(super) fn read(root: &mut Table) -> Result<Option<Self>, SettingError> {
        let (mut table, is_given) = root.table("forwarded")?;
        let choices = [
            ("rfc7239", Fields::Rfc7239),
            ("x-forwarded", Fields::XForwarded),
        ];
        let fields = table.choice("fields", &choices)?;
        let trusted_hops = table.number("trusted_hops", 1..=10)?;
        let Some(fields) = fields else {
            if is_given {
                return Err(table.missing("fields", "rfc7239 or x-forwarded"));
            }
            return Ok(None);
        };
        let trusted_peers = Peers::read(&mut table)?;
        table.finish()?;
        Ok(Some(Self {
            fields,
            trusted_peers,
            trusted_hops,
        }))
    }
}
