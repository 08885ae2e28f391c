//! Builds a guard: refuses settings that contradict each other, and reports those that weaken it.

use super::builder::GuardBuilder;
use super::check::Guard;
use super::metadata::Metadata;
use super::policy::Policy;
use crate::config_error::ConfigError;
use crate::observe::{
    report_exceptions, report_no_replay_check, report_no_revocation_status,
    report_resource_elsewhere, report_resource_spelling, report_separate_stores, report_timeouts,
};
use crate::proof::Dpop;
use crate::response::Challenges;

impl GuardBuilder {
    /// Builds the guard.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NothingAccepted`] if no request could be accepted, [`ConfigError::KnownConfirmationMember`] if a
    /// supported confirmation member was to be ignored, [`ConfigError::ChallengeText`] if a text is not valid in a
    /// header, [`ConfigError::Size`] for a realm that is too long, [`ConfigError::Url`] unless the URL of the metadata is
    /// `https`, or `http` on loopback, and [`ConfigError::Repeated`] if `dpop`, `mtls` or `protected_resource` was called
    /// twice. [`ConfigError::AuthorizationServer`] if the protected resource names an issuer whose tokens are not accepted,
    /// [`ConfigError::DuplicateResource`] if two have one identifier, and [`ConfigError::OfflineAccess`] for an MCP server
    /// that names this scope. [`ConfigError::Profile`] for a setting that contradicts [`Guard::fapi2`], and where this
    /// has neither `dpop` nor `mtls`.
    pub fn build(mut self) -> Result<Guard, ConfigError> {
        if let Some(setting) = self.repeated {
            return Err(ConfigError::Repeated(setting));
        }
        let mut policy = self.policy;
        self.texts.resource.scope = policy.resource_scope()?;
        self.texts.parts = policy.part_texts()?;
        if let (None, Some(origin)) = (&policy.dpop, &self.default_origin) {
            policy.dpop = Some(Dpop::with_widest_window(origin)?);
        }
        policy.apply_profile()?;
        policy.check()?;
        let algs = policy.dpop.as_ref().map(Dpop::algs);
        let nonces = policy.dpop.as_ref().and_then(Dpop::nonce_issuer);
        let proof_window = policy
            .dpop
            .as_ref()
            .map(Dpop::time_window)
            .unwrap_or_default();
        // RFC 8705 section 3 defines no scheme of its own.
        let offers_bearer = policy.allows_unbound() || policy.mtls.is_some();
        let metadata = policy.metadata(algs.as_deref())?;
        let challenges = Challenges::new(algs, nonces, proof_window, offers_bearer, self.texts)?;
        policy.report();
        if let Some(metadata) = &metadata {
            policy.report_resources(metadata);
        }
        Ok(Guard::new(policy, challenges, metadata))
    }
}

impl Policy {
    const fn allows_unbound(&self) -> bool {
        self.options.allow_unbound_tokens || self.options.report_unbound_tokens
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.dpop.is_none() && self.mtls.is_none() && !self.allows_unbound() {
            return Err(ConfigError::NothingAccepted);
        }
        for known in ["jkt", "x5t#S256"] {
            if self.ignored_confirmation_members.contains(known) {
                return Err(ConfigError::KnownConfirmationMember(known));
            }
        }
        Ok(())
    }

    fn report(&self) {
        let dpop = self.dpop.as_ref();
        if let Some(origin) = dpop.and_then(Dpop::separate_store) {
            report_separate_stores(origin);
        }
        if dpop.is_some_and(Dpop::has_no_replay_check) {
            report_no_replay_check();
        }
        if self.lacks_revocation_status() {
            report_no_revocation_status();
        }
        if let Some((store, guard)) = dpop.and_then(Dpop::timeouts_in_conflict) {
            report_timeouts(store, guard);
        }
        let now = self.now();
        for exceptions in &self.exceptions {
            report_exceptions(&exceptions.active(now), now);
        }
    }

    fn report_resources(&self, metadata: &Metadata) {
        if let Some(dpop) = &self.dpop {
            metadata
                .at_other_origins(dpop)
                .for_each(report_resource_elsewhere);
        }
        for resource in self.resource.iter().chain(&self.parts) {
            if let Some(usual) = resource.usual_spelling() {
                report_resource_spelling(resource.identifier(), &usual);
            }
        }
    }
}
