//! The whole configuration.

use std::path::Path;

use super::certificates::Certificates;
use super::environment::override_by;
use super::file;
use super::forward_auth::{ForwardAuth, Original, Protocol};
use super::identity::Identity;
use super::issuers::{Introspect, Issuers};
use super::places::Places;
use super::policy::{Policy, Public};
use super::proofs::Proofs;
use super::redis::Redis;
use super::replay::Replay;
use super::server::{Limits, Log, Server};
use super::source::{SettingError, Source};
use super::table::Table;
use super::tree;
use super::upstream::Upstream;

/// Every setting. Files that settings name are read later.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Config {
    /// Where each was given.
    pub(crate) places: Places,
    pub(crate) server: Server,
    pub(crate) mode: Mode,
    pub(crate) issuers: Issuers,
    pub(crate) introspection: Option<Introspect>,
    pub(crate) proofs: Proofs,
    pub(crate) replay: Replay,
    /// The servers of a shared deny-list.
    pub(crate) deny: Option<Redis>,
    pub(crate) certificates: Certificates,
    pub(crate) policy: Policy,
    pub(crate) identity: Identity,
    pub(crate) limits: Limits,
    pub(crate) log: Log,
}

/// What becomes of an accepted request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mode {
    /// Another proxy forwards it.
    ForwardAuth(ForwardAuth),
    /// This process forwards it.
    Proxy { upstream: Upstream, public: Public },
}

impl Config {
    /// Reads the file, and the variables that override it.
    pub(crate) fn load(
        path: &Path,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        let name = path.display().to_string();
        let text = file::read(path).map_err(|reason| file_error(&name, reason))?;
        Self::parse(&name, &text, variables)
    }

    /// Parses the text of the file `name`.
    pub(crate) fn parse(
        name: &str,
        text: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        file::check_length(text.len()).map_err(|reason| file_error(name, reason))?;
        let mut root = tree::parse(name, text)?;
        override_by(&mut root, variables)?;
        let places = Places::new(tree::places(&root));
        let mut root = Table::root(root);
        let config = Self::read(&mut root, places)?;
        root.finish()?;
        if config.proofs.is_off {
            config.check_unused_without_dpop()?;
        }
        if let Mode::ForwardAuth(settings) = &config.mode {
            config.check_hosts(settings)?;
            config.policy.check_forward_auth()?;
        }
        Ok(config)
    }

    /// Refuses settings of the gate that have no effect without DPoP: an operator who sets one expects a check.
    fn check_unused_without_dpop(&self) -> Result<(), SettingError> {
        let reason = "it has no effect without DPoP: `dpop.off` is set";
        match &self.proofs.nonces {
            Some(nonces) => Err(nonces.mode.refuse(reason)),
            None => self.replay.refuse(reason).map_or(Ok(()), Err),
        }
    }

    /// In forward-auth, the proxy states the host as it states method and path.
    fn check_hosts(&self, settings: &ForwardAuth) -> Result<(), SettingError> {
        if let Some(forwarded) = &self.proofs.forwarded {
            return Err(forwarded.fields.refuse(
                "it is for the mode proxy; in forward-auth `forward_auth.host_header` names the header with the host",
            ));
        }
        let has_no_host = matches!(
            settings.protocol,
            Protocol::Http(Original::Headers { host: None, .. })
        );
        match self.proofs.other_origins.first() {
            Some(other) if has_no_host => Err(other.refuse(
                "the host of a request selects one of several origins: name the header in which the proxy sends it in \
                 `forward_auth.host_header`",
            )),
            _ => Ok(()),
        }
    }

    fn read(root: &mut Table, places: Places) -> Result<Self, SettingError> {
        Ok(Self {
            places,
            server: Server::read(root)?,
            mode: Mode::read(root)?,
            issuers: Issuers::read(root)?,
            introspection: Introspect::read(root)?,
            proofs: Proofs::read(root)?,
            replay: Replay::read(root)?,
            deny: Redis::of_deny_list(root)?,
            certificates: Certificates::read(root)?,
            policy: Policy::read(root)?,
            identity: Identity::read(root)?,
            limits: Limits::read(root)?,
            log: Log::read(root)?,
        })
    }
}

impl Mode {
    fn read(root: &mut Table) -> Result<Self, SettingError> {
        let is_proxy = root.choice("mode", &[("proxy", true), ("forward-auth", false)])?;
        let is_proxy = is_proxy.ok_or_else(|| root.missing("mode", "proxy or forward-auth"))?;
        if is_proxy.value {
            let reason = "it is for the mode forward-auth, and `mode` is proxy";
            root.exclude("forward_auth", reason)?;
            Ok(Self::Proxy {
                upstream: Upstream::read(root)?,
                public: Public::read(root)?,
            })
        } else {
            for name in ["upstream", "public"] {
                root.exclude(name, "it is for the mode proxy, and `mode` is forward-auth")?;
            }
            Ok(Self::ForwardAuth(ForwardAuth::read(root)?))
        }
    }
}

/// The error about the file as a whole.
fn file_error(name: &str, reason: String) -> SettingError {
    let source = Source::File {
        path: name.into(),
        line: None,
    };
    SettingError::new(&source, "", reason)
}
