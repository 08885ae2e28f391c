//! The settings of a guard: what is required comes first, what loosens says so in its name.

use std::sync::Arc;

use super::check::Guard;
use super::policy::Policy;
use crate::config_error::ConfigError;
use crate::proof::{Dpop, Mtls, Rollovers};
use crate::response::{ChallengeTexts, Challenges};
use crate::time::Clock;
use crate::token::TokenVerifier;

/// Made by [`Guard::builder`].
#[derive(Debug)]
#[must_use = "builders do nothing until `build`"]
pub struct GuardBuilder {
    policy: Policy,
    texts: ChallengeTexts,
}

impl Guard {
    /// Accepts tokens verified by `tokens`. Rejects every request until [`GuardBuilder::dpop`] or
    /// [`GuardBuilder::mtls`] says how senders prove possession.
    pub fn builder(tokens: impl TokenVerifier) -> GuardBuilder {
        GuardBuilder {
            policy: Policy::new(Arc::new(tokens)),
            texts: ChallengeTexts::default(),
        }
    }
}

impl GuardBuilder {
    /// Accepts tokens bound to a key, with a DPoP proof on every request (RFC 9449).
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        self.policy.dpop = Some(dpop);
        self
    }

    /// Accepts tokens bound to a client certificate (RFC 8705). Tokens bound to a key as well need both.
    pub fn mtls(mut self, mtls: Mtls) -> Self {
        self.policy.mtls = Some(mtls);
        self
    }

    /// Lets keys and certificates stand in for others while they are declared to, and refuses those withdrawn. Keep a
    /// clone to declare and withdraw while serving.
    pub fn rollovers(mut self, rollovers: Rollovers) -> Self {
        self.policy.rollovers = rollovers;
        self
    }

    /// Serves requests with `Early-Data: 1`, which are otherwise refused (425, RFC 8470 section 5.2): anybody who
    /// recorded one can send it again to another instance. Safe only with a replay store that all instances share.
    pub const fn accept_early_data(mut self) -> Self {
        self.policy.options.accept_early_data = true;
        self
    }

    /// Lets plain bearer tokens pass, which anybody who copies them can use.
    ///
    /// A bound token is refused as plain bearer nevertheless.
    pub const fn allow_unbound_tokens(mut self) -> Self {
        self.policy.options.allow_unbound_tokens = true;
        self
    }

    /// Does not refuse a token because of this member of its `cnf`, if another one holds.
    ///
    /// Whatever the member demands is then not checked. RFC 7800 section 3.1 lets unknown members be ignored; here that
    /// is for the operator to say. `jkt` and `x5t#S256` cannot be named.
    pub fn ignore_confirmation_member(mut self, name: impl Into<String>) -> Self {
        self.policy.ignored_confirmation_members.insert(name.into());
        self
    }

    /// Leaves `Authorization` and `DPoP` in the request for the service behind, which must then keep them
    /// out of its logs, and not hand the token to another server (RFC 9700 section 2.3).
    pub const fn keep_credentials(mut self) -> Self {
        self.policy.options.keep_credentials = true;
        self
    }

    /// Refuses requests with an `access_token` in the query (400), which are otherwise judged without it.
    pub const fn refuse_query_tokens(mut self) -> Self {
        self.policy.options.refuse_query_tokens = true;
        self
    }

    /// Refuses a `DPoP` header beside an unbound bearer token (400), which is otherwise ignored.
    pub const fn refuse_stray_proofs(mut self) -> Self {
        self.policy.options.refuse_stray_proofs = true;
        self
    }

    /// The `realm` of challenges (RFC 9110 section 11.5).
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.texts.realm = Some(realm.into());
        self
    }

    /// The address of this resource's metadata, told in challenges (RFC 9728 section 5.1). It is not served here.
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.texts.resource_metadata = Some(url.into());
        self
    }

    /// Answers refused gRPC requests with `grpc-status` in a trailers-only response (16, 3, 8 or 14), so
    /// that gRPC clients read the challenge as metadata. A gRPC request is a POST over HTTP/2 with a gRPC content type;
    /// others get the HTTP status as ever.
    pub const fn grpc_responses(mut self) -> Self {
        self.texts.grpc_status = true;
        self
    }

    /// Tells the time; for tests, or when the system's clock is not the one to trust. `RemoteKeys` and `Rollovers` have
    /// clocks of their own: give all the same.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.policy.clock = Arc::new(clock);
        self
    }

    /// The guard.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NothingAccepted`] if no request could pass, [`ConfigError::KnownConfirmationMember`] if a binding was
    /// to be ignored, [`ConfigError::ChallengeText`] if a text
    /// cannot stand in a header.
    pub fn build(self) -> Result<Guard, ConfigError> {
        let policy = self.policy;
        let allows_unbound = policy.options.allow_unbound_tokens;
        if policy.dpop.is_none() && policy.mtls.is_none() && !allows_unbound {
            return Err(ConfigError::NothingAccepted);
        }
        for known in ["jkt", "x5t#S256"] {
            if policy.ignored_confirmation_members.contains(known) {
                return Err(ConfigError::KnownConfirmationMember(known));
            }
        }
        let algs = policy.dpop.as_ref().map(Dpop::algs);
        let proof_window = policy.dpop.as_ref().map(Dpop::window).unwrap_or_default();
        // RFC 8705 section 3 defines no scheme of its own.
        let offers_bearer = allows_unbound || policy.mtls.is_some();
        let challenges = Challenges::new(algs, proof_window, offers_bearer, self.texts)?;
        Ok(Guard::new(policy, challenges))
    }
}
