//! DPoP proofs: for which targets, and for how long.

use std::time::Duration;

use sender_constraint::jose::Algorithm;

use super::forwarded::ForwardedFields;
use super::issuers::algorithms;
use super::nonces::Nonces;
use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proofs {
    /// What clients put into `htu`.
    pub(crate) origin: Setting<String>,
    /// Further ones, which the host of a request selects.
    pub(crate) other_origins: Vec<Setting<String>>,
    /// Who states that host, if it is not `Host`.
    pub(crate) forwarded: Option<ForwardedFields>,
    /// What a proxy in front removes from paths.
    pub(crate) path_prefix: Option<Setting<String>>,
    pub(crate) insecure_http_origin: bool,
    /// Whether DPoP is accepted at all.
    pub(crate) is_off: bool,
    pub(crate) max_age: Option<Setting<Duration>>,
    pub(crate) clock_skew: Option<Setting<Duration>>,
    pub(crate) algorithms: Option<Setting<Vec<Algorithm>>>,
    /// `None` if `nonce` in proofs is ignored.
    pub(crate) nonces: Option<Nonces>,
}

impl Proofs {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (origin, other_origins) = origins(root)?;
        let forwarded = ForwardedFields::read(root)?;
        let path_prefix = root.text("path_prefix")?;
        let insecure_http_origin = root.flag("insecure_http_origin")?;
        let nonces = Nonces::read(root)?;
        let (mut table, _) = root.table("dpop")?;
        let proofs = Self {
            origin,
            other_origins,
            forwarded,
            path_prefix,
            insecure_http_origin,
            is_off: table.flag("off")?,
            max_age: table.seconds("max_age_seconds", 1..=300)?,
            clock_skew: table.seconds("clock_skew_seconds", 0..=60)?,
            algorithms: algorithms(&mut table)?,
            nonces,
        };
        table.finish()?;
        Ok(proofs)
    }
}

/// `origin` or `origins`.
fn origins(root: &mut Table) -> Result<(Setting<String>, Vec<Setting<String>>), SettingError> {
    let single = root.text("origin")?;
    let mut several = root.texts("origins")?.into_iter();
    match (single, several.next()) {
        (Some(origin), None) => Ok((origin, Vec::new())),
        (None, Some(first)) => Ok((first, several.collect())),
        (Some(_), Some(first)) => Err(first.refuse("expected either `origin` or `origins`")),
        (None, None) => Err(root.missing("origin", "a text")),
    }
}

impl Proofs {
    /// Refuses to accept proofs for longer than `before` did: used ones that had expired are forgotten, and would be
    /// accepted again.
    pub(crate) fn check_successor_of(&self, before: &Self) -> Result<(), SettingError> {
        let seconds = |setting: &Option<Setting<Duration>>, default| {
            let setting = setting.as_ref().map(|setting| setting.value);
            setting.unwrap_or(default)
        };
        for (now, then, default) in [
            (&self.max_age, &before.max_age, DEFAULT_MAX_AGE),
            (&self.clock_skew, &before.clock_skew, DEFAULT_CLOCK_SKEW),
        ] {
            if seconds(now, default) > seconds(then, default) {
                return Err(self.refuse_change(now.as_ref(), then.as_ref(), CANNOT_GROW));
            }
        }
        self.check_nonces(before)
    }
}

impl Proofs {
    /// Of a proof with a nonce the nonce's time counts, of another one its own: one that is forgotten by the first would
    /// be accepted by the second.
    fn check_nonces(&self, before: &Self) -> Result<(), SettingError> {
        match (&self.nonces, &before.nonces) {
            (Some(now), Some(then)) => now.check_successor_of(then),
            (None, None) => Ok(()),
            (now, then) => {
                let reason = "it cannot be switched on or off while serving: used proofs that have expired are \
                              forgotten, and would be accepted again; restart";
                let mode = |nonces: &Option<Nonces>| nonces.as_ref().map(|it| it.mode.clone());
                Err(self.refuse_change(mode(now).as_ref(), mode(then).as_ref(), reason))
            }
        }
    }
}

impl Proofs {
    /// The error at the setting, or that it was removed.
    fn refuse_change<T>(
        &self,
        now: Option<&Setting<T>>,
        then: Option<&Setting<T>>,
        reason: &str,
    ) -> SettingError {
        match (now, then) {
            (Some(now), _) => now.refuse(reason),
            (None, Some(then)) => then.refuse_removed(reason),
            (None, None) => self.origin.refuse(reason),
        }
    }
}

pub(super) const CANNOT_GROW: &str = "cannot grow while serving: used proofs that have expired are forgotten, and would be accepted again; restart";

/// Those of the library.
const DEFAULT_MAX_AGE: Duration = Duration::from_secs(60);
const DEFAULT_CLOCK_SKEW: Duration = Duration::from_secs(10);
