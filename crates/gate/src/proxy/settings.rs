//! The settings of the proxy, as a request needs them.

use std::time::Duration;

use super::client::Upstream;
use super::origins::Origins;
use super::removed_fields::RemovedFields;
use super::request::Template;
use crate::config::{Config, Credentials, Public, SettingError, Upstream as Settings, is_plain};
use crate::guard::Parts as GuardParts;
use crate::identity::IdentityFields;

/// A proxy with the connections to its upstream.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    pub(super) template: Template,
    pub(super) upstream: Upstream,
    pub(super) identity: IdentityFields,
    public: Public,
    pub(super) credentials: Credentials,
    pub(super) certificates: RemovedFields,
    pub(super) idle: Duration,
    pub(super) ends_with_token: bool,
}

impl Proxy {
    pub(crate) fn new(
        config: &Config,
        (settings, public): (&Settings, &Public),
        upstream: Upstream,
        identity: IdentityFields,
        guard: &GuardParts,
    ) -> Result<Self, SettingError> {
        let certificates = &guard.certificate_headers;
        let removed = RemovedFields::new(identity.names().chain(certificates));
        Ok(Self {
            template: Template::new(settings, Origins::new(&config.proofs)?, removed),
            upstream,
            identity,
            public: public.clone(),
            credentials: settings.credentials,
            certificates: RemovedFields::of_certificates(certificates),
            idle: config.limits.idle_time,
            ends_with_token: config.policy.let_responses_outlive_tokens.is_none(),
        })
    }

    pub(crate) const fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    /// Whether the configuration excepts the path from the check. A path that could be read in two ways is never
    /// excepted.
    pub(super) fn is_public(&self, path: &str) -> bool {
        let Public { paths, prefixes } = &self.public;
        paths.iter().any(|it| it.value == path)
            || (is_plain(path) && prefixes.iter().any(|it| path.starts_with(&it.value)))
    }
}
