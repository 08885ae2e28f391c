//! What is checked before keys are fetched.

use super::guard_config::GuardConfig;
use super::issuer_keys::IssuerKeys;
use super::setting_error::SettingError;
use crate::config_error::ConfigError;
use crate::guard::{Guard, GuardBuilder};
use crate::token::PerIssuer;

impl GuardConfig {
    /// Checks all settings without the network, and reads the files that they name: what [`GuardConfig::build`] does before
    /// it fetches keys.
    ///
    /// ```
    /// use sender_constraint::config::GuardConfig;
    ///
    /// let mut config = GuardConfig::new("https://as.example.com", "https://api.example.com");
    /// assert!(config.check().is_ok());
    /// config.tokens.audiences = vec![String::new()];
    /// assert_eq!(config.check().unwrap_err().setting(), "tokens.audiences[0]");
    /// ```
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the first setting that is missing or refused.
    pub fn check(&self) -> Result<(), SettingError> {
        self.unfetched().map(drop)?;
        self.check_accepted()
    }

    /// A builder whose settings are all checked, and the keys of its issuers, not yet fetched.
    pub(super) fn unfetched(&self) -> Result<(GuardBuilder, Vec<IssuerKeys>), SettingError> {
        let keys = self.unfetched_keys()?;
        let tokens = self.tokens(keys.iter().cloned())?;
        self.check_policy()?;
        Ok((self.builder_for(tokens)?, keys))
    }

    /// Refuses what [`GuardBuilder::build`] would refuse of [`PolicyConfig`](super::PolicyConfig).
    fn check_policy(&self) -> Result<(), SettingError> {
        // Nothing but the policy: a second guard with the proofs of the first one would share its memory of used proofs.
        let builder = self.with_policy(Guard::builder(PerIssuer::new()));
        let checked = builder.allow_unbound_tokens().build();
        checked.map(drop).map_err(|error| self.located(error))
    }

    /// Refuses settings by which every token would be refused.
    pub(super) fn check_accepted(&self) -> Result<(), SettingError> {
        let policy = &self.policy;
        let accepts_unbound = policy.allow_unbound_tokens || policy.allow_and_report_unbound_tokens;
        if self.dpop.off && self.mtls.is_none() && !accepts_unbound {
            return Err(self.located(ConfigError::NothingAccepted));
        }
        Ok(())
    }
}
