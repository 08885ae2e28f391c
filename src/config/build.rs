//! From the settings to a guard.

use std::time::Duration;

use super::guard_config::GuardConfig;
use super::in_variables::in_variables;
use super::names::Key;
use super::setting_error::{SettingError, SettingReason};
use super::writing::advice;
use crate::config_error::ConfigError;
use crate::exceptions::ExceptionFile;
use crate::guard::{Guard, GuardBuilder};
use crate::response::REALM_LENGTH;
use crate::revocation::DenyFile;
use crate::token::TokenVerifier;
use crate::url_error::{UrlError, redacted};

impl GuardConfig {
    /// Builds the guard. Reads the files that settings name, and fetches the keys of issuers, unless
    /// [`TokensConfig::start_without_keys`](super::TokensConfig::start_without_keys) is set. Needs a Tokio runtime.
    ///
    /// All settings are checked before keys are fetched: a wrong one is reported also while an issuer does not answer.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the first setting that is missing or refused, or whose issuer does not answer.
    pub async fn build(&self) -> Result<Guard, SettingError> {
        let (builder, keys) = self.unfetched()?;
        self.check_accepted()?;
        self.fetch(keys).await?;
        builder.build().map_err(|error| self.located(error))
    }

    /// Like [`GuardConfig::build`], for settings that a configuration does not have, such as a shared replay store:
    ///
    /// ```
    /// use sender_constraint::Guard;
    /// use sender_constraint::config::GuardConfig;
    /// use sender_constraint::require::ScopeHierarchy;
    ///
    /// async fn guard(scopes: ScopeHierarchy) -> Result<Guard, Box<dyn std::error::Error>> {
    ///     let config = GuardConfig::from_env()?;
    ///     let builder = config.builder().await?.scope_hierarchy(scopes);
    ///     Ok(builder.build().map_err(|error| match config.setting_of(&error) {
    ///         Some(error) => Box::<dyn std::error::Error>::from(error),
    ///         None => error.into(),
    ///     })?)
    /// }
    /// # drop(guard);
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`GuardConfig::build`].
    pub async fn builder(&self) -> Result<GuardBuilder, SettingError> {
        let (builder, keys) = self.unfetched()?;
        self.fetch(keys).await?;
        Ok(builder)
    }

    /// Like [`GuardConfig::builder`], with a verifier of tokens in place of the one that the settings of issuers and tokens
    /// describe: for opaque tokens, or for tokens of tenants.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the setting that is missing or refused.
    pub fn builder_for(&self, tokens: impl TokenVerifier) -> Result<GuardBuilder, SettingError> {
        let mut builder = self.with_policy(Guard::builder(tokens));
        if let Some(dpop) = self.dpop()? {
            builder = builder.dpop(dpop);
        }
        if let Some(mtls) = self.mtls()? {
            builder = builder.mtls(mtls);
        }
        let policy = &self.policy;
        if let Some(path) = &policy.deny_file {
            let key = Key::new("policy.deny_file");
            builder = builder.revocation(self.refused(key, DenyFile::watch(path))?);
        }
        if let Some(path) = &policy.exceptions_file {
            let key = Key::new("policy.exceptions_file");
            builder = builder.exception_file(self.refused(key, ExceptionFile::watch(path))?);
        }
        Ok(builder)
    }

    /// Sets on `builder` what [`PolicyConfig`](super::PolicyConfig) has, without its files: for a program that keeps
    /// these open itself.
    pub fn with_policy(&self, mut builder: GuardBuilder) -> GuardBuilder {
        let policy = &self.policy;
        builder = set(
            builder,
            policy.accept_early_data,
            GuardBuilder::accept_early_data,
        );
        let report = GuardBuilder::allow_and_report_unbound_tokens;
        builder = set(builder, policy.allow_and_report_unbound_tokens, report);
        builder = set(
            builder,
            policy.allow_unbound_tokens,
            GuardBuilder::allow_unbound_tokens,
        );
        builder = set(builder, policy.grpc_responses, GuardBuilder::grpc_responses);
        builder = set(
            builder,
            policy.keep_credentials,
            GuardBuilder::keep_credentials,
        );
        builder = set(
            builder,
            policy.refuse_query_tokens,
            GuardBuilder::refuse_query_tokens,
        );
        builder = set(
            builder,
            policy.refuse_stray_proofs,
            GuardBuilder::refuse_stray_proofs,
        );
        for member in &policy.ignore_confirmation_members {
            builder = builder.ignore_confirmation_member(member);
        }
        if let Some(realm) = &policy.realm {
            builder = builder.realm(realm);
        }
        match &policy.resource_metadata {
            Some(url) => builder.resource_metadata(url),
            None => builder,
        }
    }

    /// The setting that an error of [`GuardBuilder::build`] is about; `None` if it is about what a program sets beyond the
    /// configuration, such as a profile or the metadata of a protected resource.
    #[must_use]
    pub fn setting_of(&self, error: &ConfigError) -> Option<SettingError> {
        let name = self.cause_of(error)?;
        let error = match error.clone() {
            // No setting accepts plain http for it.
            ConfigError::Url {
                value,
                reason: UrlError::PlainHttp,
            } => ConfigError::Url {
                value,
                reason: UrlError::NotHttps,
            },
            other => other,
        };
        Some(self.refuse(Key::new(name), SettingReason::Refused(error)))
    }

    /// The setting with the value that the error has.
    fn cause_of(&self, error: &ConfigError) -> Option<&'static str> {
        let policy = &self.policy;
        let (name, is_set) = match error {
            ConfigError::ChallengeText { parameter, .. } if *parameter == "realm" => {
                ("policy.realm", policy.realm.is_some())
            }
            ConfigError::ChallengeText { parameter, .. } if *parameter == METADATA => (
                "policy.resource_metadata",
                policy.resource_metadata.is_some(),
            ),
            ConfigError::KnownConfirmationMember(known) => {
                let mut ignored = policy.ignore_confirmation_members.iter();
                let name = "policy.ignore_confirmation_members";
                (name, ignored.any(|member| member == known))
            }
            ConfigError::Size { setting, .. } if *setting == REALM_LENGTH => {
                ("policy.realm", policy.realm.is_some())
            }
            ConfigError::NothingAccepted => ("dpop.off", self.dpop.off),
            ConfigError::Url { value, .. } => {
                let url = policy.resource_metadata.as_deref();
                let is_set = url.is_some_and(|url| redacted(url) == *value);
                ("policy.resource_metadata", is_set)
            }
            _ => return None,
        };
        is_set.then_some(name)
    }

    pub(super) fn located(&self, error: ConfigError) -> SettingError {
        let setting = self.setting_of(&error);
        setting.unwrap_or_else(|| SettingError::of_all(error))
    }

    pub(super) fn refuse(&self, key: Key, reason: SettingReason) -> SettingError {
        let reason = self.concealed(key, reason);
        let advice = advice(key, self.value_of(key), &reason, &self.names);
        let text = in_variables(&format!("{reason}{advice}"), key, &self.names);
        SettingError::new(&self.names, key, reason, text)
    }

    /// The value, or the error that the setting is refused.
    pub(super) fn refused<T>(
        &self,
        key: Key,
        outcome: Result<T, ConfigError>,
    ) -> Result<T, SettingError> {
        outcome.map_err(|error| self.refuse(key, SettingReason::Refused(error)))
    }
}

fn set(
    builder: GuardBuilder,
    is_set: bool,
    setter: impl FnOnce(GuardBuilder) -> GuardBuilder,
) -> GuardBuilder {
    if is_set { setter(builder) } else { builder }
}

/// The parameter of challenges (RFC 9728 section 5.1).
const METADATA: &str = "resource_metadata";

pub(super) const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}
