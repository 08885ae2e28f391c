//! The FAPI 2.0 Security Profile (sections 5.3.4 and 5.4.1) as a preset: it narrows defaults, and refuses settings that
//! contradict it.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;

use super::builder::GuardBuilder;
use super::check::Guard;
use super::policy::Policy;
use crate::config_error::ConfigError;
use crate::jose::Algorithm;
use crate::proof::Dpop;
use crate::response::Interaction;
use crate::token::{AccessToken, TokenError, TokenVerifier};
use crate::uri::is_plain_beyond_loopback;

impl Guard {
    /// A guard by the FAPI 2.0 Security Profile, final version of February 2025: its rules for resource servers
    /// (section 5.3.4), JWTs (5.4.1) and clocks.
    ///
    /// | the profile | this guard |
    /// |---|---|
    /// | tokens in the header, by `Bearer` (RFC 8705) or `DPoP`, and not in the query | refuses requests with an `access_token` in the query (400) |
    /// | sender-constrained tokens, verified | refuses others, whatever else is configured |
    /// | PS256, ES256, EdDSA with Ed25519, never `none` | for proofs, tokens, signed responses of introspection endpoints, and Token Status Lists |
    /// | keys of at least 2048 (RSA) or 224 bits (elliptic curves); duplicate `kid` | as every guard |
    /// | validity, integrity and expiry of tokens | as every guard |
    /// | revocation status | a `warn` event if the guard has neither [a revocation](GuardBuilder::revocation) nor a verifier that [sees one](crate::token::VerifierSettings::sees_revocation) |
    /// | timestamps up to 10 s ahead are accepted, those over 60 s refused | for `iat` of proofs, also of those with a nonce, and `iat` and `nbf` of tokens |
    /// | TLS | refuses plain `http` beyond loopback, for the origin and for what is fetched |
    /// | what the token authorizes is checked | by [`Require`](crate::require::Require) on your routes |
    ///
    /// Responses have the `x-fapi-interaction-id` of the request if it is one UUID, and else a random one, which the
    /// inner service then finds in the request; and a `Date`. So do refusals, and the errors that the inner service
    /// answers. A response that is made outside of the guard has neither.
    ///
    /// A setting that contradicts the profile is an error of [`GuardBuilder::build`]: [`ConfigError::Profile`] names
    /// both. Guards derived by [`Guard::to_builder`] keep the profile. [`guide::profiles`](crate::guide::profiles) has
    /// the details, the threats that remain, and what differs for HAIP.
    ///
    /// ```
    /// use sender_constraint::proof::Dpop;
    /// use sender_constraint::revocation::DenyList;
    /// use sender_constraint::token::JwtVerifier;
    /// use sender_constraint::{ConfigError, Guard};
    ///
    /// fn guard(tokens: JwtVerifier, denied: DenyList) -> Result<Guard, ConfigError> {
    ///     Guard::fapi2(tokens)
    ///         .dpop(Dpop::new("https://api.example.com")?)
    ///         .deny_list(denied)
    ///         .build()
    /// }
    /// # drop(guard);
    /// ```
    ///
    /// This does not check signatures of requests (FAPI 2.0 Message Signing), nor the TLS of the connection.
    pub fn fapi2(tokens: impl TokenVerifier) -> GuardBuilder {
        Self::builder(tokens).by_fapi2()
    }

    /// Determines the identifier of the response, if the profile requires one.
    pub(super) fn interaction(&self, head: &mut Parts) -> Option<Box<Interaction>> {
        let policy = self.policy();
        if !policy.options.is_fapi2 {
            return None;
        }
        let clock = Arc::clone(&policy.clock);
        Some(Box::new(Interaction::of_request(&mut head.headers, clock)))
    }
}

impl Policy {
    /// Narrows default algorithms, and refuses what contradicts the profile, if this guard has it.
    pub(super) fn apply_profile(&mut self) -> Result<(), ConfigError> {
        if !self.options.is_fapi2 {
            return Ok(());
        }
        self.check_loosened()?;
        if self.dpop.is_none() && self.mtls.is_none() {
            return Err(contradiction(NO_PROOF, SENDER));
        }
        self.check_tokens()?;
        self.check_lists()?;
        self.dpop.as_mut().map_or(Ok(()), check_proofs)
    }

    /// Whether the profile requires a revocation status, and nothing here provides one.
    pub(super) fn lacks_revocation_status(&self) -> bool {
        self.options.is_fapi2
            && self.revocations.is_empty()
            && !self.tokens.settings().has_revocation_status()
    }

    /// Section 5.4.1: whichever verifier accepted the token, also for another guard.
    pub(super) fn check_profile(&self, token: &AccessToken) -> Result<(), TokenError> {
        match token.algorithm() {
            Some(other) if self.options.is_fapi2 && !Algorithm::FAPI.contains(&other) => {
                Err(TokenError::AlgorithmNotInProfile(other))
            }
            _ => Ok(()),
        }
    }

    fn check_loosened(&self) -> Result<(), ConfigError> {
        let options = &self.options;
        for (is_on, setting, rule) in [
            (
                options.allow_unbound_tokens,
                "`allow_unbound_tokens`",
                SENDER,
            ),
            (
                options.report_unbound_tokens,
                "`allow_and_report_unbound_tokens`",
                SENDER,
            ),
            (
                !self.exceptions.is_empty(),
                "`GuardBuilder::exceptions`",
                SENDER,
            ),
            (options.allow_rollovers, "`GuardBuilder::rollovers`", SENDER),
            (
                options.allow_anonymous_requests,
                "`allow_anonymous_requests`",
                ANONYMOUS,
            ),
            (options.accept_early_data, "`accept_early_data`", EARLY_DATA),
        ] {
            if is_on {
                return Err(contradiction(setting, rule));
            }
        }
        Ok(())
    }

    fn check_tokens(&self) -> Result<(), ConfigError> {
        let settings = self.tokens.settings();
        let mut named = settings.named_algorithms().iter();
        if let Some(other) = named.find(|each| !Algorithm::FAPI.contains(each)) {
            let setting =
                format!("{other} in `Issuer::algorithms` or `Introspection::response_algorithms`");
            return Err(contradiction(setting, ALGORITHMS));
        }
        let mut leeways = settings.leeways().iter();
        if let Some(other) = leeways.find(|each| !ACCEPTED_AHEAD.contains(each)) {
            let setting = format!(
                "a leeway for tokens of {} s (`JwtVerifier::leeway`)",
                other.as_secs()
            );
            return Err(contradiction(setting, CLOCKS));
        }
        let issuers = self.tokens.accepted_issuers();
        let is_insecure = settings.uses_insecure_http()
            || issuers
                .iter()
                .any(|issuer| is_plain_beyond_loopback(issuer));
        if is_insecure {
            return Err(contradiction(PLAIN_HTTP, TLS));
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<(), ConfigError> {
        if self
            .revocations
            .iter()
            .any(|each| each.uses_insecure_http())
        {
            return Err(contradiction(PLAIN_HTTP, TLS));
        }
        let revocations = self.revocations.iter();
        let mut accepted = revocations.flat_map(|each| each.signature_algorithms());
        match accepted.find(|each| !Algorithm::FAPI.contains(each)) {
            Some(other) => {
                let setting = format!("{other} in `StatusLists::algorithms`");
                Err(contradiction(setting, ALGORITHMS))
            }
            None => Ok(()),
        }
    }
}

fn check_proofs(dpop: &mut Dpop) -> Result<(), ConfigError> {
    if let Some(other) = dpop.narrow(&Algorithm::FAPI)? {
        let setting = format!("{other} in `Dpop::algorithms`");
        return Err(contradiction(setting, ALGORITHMS));
    }
    let skew = dpop.accepted_skew();
    if !ACCEPTED_AHEAD.contains(&skew) {
        let setting = format!("a clock skew of {} s (`Dpop::clock_skew`)", skew.as_secs());
        return Err(contradiction(setting, CLOCKS));
    }
    if dpop.replaces_wrong_clocks() {
        return Err(contradiction("`Nonces::on_clock_skew`", CLOCKS));
    }
    dpop.check_iat_with_nonces();
    let age = dpop.accepted_age();
    if age < SHORTEST_AGE {
        let setting = format!(
            "a maximum age of proofs of {} s (`Dpop::max_age`)",
            age.as_secs()
        );
        return Err(contradiction(setting, AGE));
    }
    if let Some(origin) = dpop.insecure_origin() {
        let setting = format!("the origin {origin:?} (`Dpop::over_insecure_http`)");
        return Err(contradiction(setting, TLS));
    }
    Ok(())
}

fn contradiction(setting: impl Into<String>, rule: &'static str) -> ConfigError {
    ConfigError::Profile {
        profile: "Guard::fapi2",
        setting: setting.into(),
        rule,
    }
}

/// FAPI 2.0: up to 10 s ahead is accepted, over 60 s is refused.
const ACCEPTED_AHEAD: RangeInclusive<Duration> = Duration::from_secs(10)..=Duration::from_secs(60);
/// A client's clock that is 10 s behind is as frequent as one that is ahead.
const SHORTEST_AGE: Duration = Duration::from_secs(10);

const AGE: &str = "a proof from a clock that is 10 s behind must be accepted";
const ALGORITHMS: &str =
    "only PS256, ES256 and EdDSA with Ed25519 are accepted (FAPI 2.0 section 5.4.1)";
const ANONYMOUS: &str = "every request needs a sender-constrained token (FAPI 2.0 section 5.3.4); leave public routes outside of the guard";
const CLOCKS: &str = "timestamps up to 10 s ahead must be accepted, and those over 60 s refused (FAPI 2.0 section 5.3.2.1)";
const EARLY_DATA: &str = "requests in TLS early data can be replayed (BCP 195)";
const NO_PROOF: &str = "a guard without `dpop(..)` and `mtls(..)`";
const PLAIN_HTTP: &str = "plain http beyond loopback (`RemoteKeysBuilder::allow_insecure_http`)";
const SENDER: &str = "only sender-constrained tokens are accepted, and only from their sender (FAPI 2.0 section 5.3.4)";
const TLS: &str = "only https is accepted beyond loopback (FAPI 2.0 section 5.2)";
