//! The settings of a guard: what is required comes first, what loosens says so in its name.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::challenge::{ChallengeTexts, Challenges};
use crate::config_error::ConfigError;
use crate::guard::{Guard, Policy};
use crate::proof::Dpop;
use crate::time::{Clock, SystemClock};
use crate::token::TokenVerifier;

/// Made by [`Guard::builder`].
#[derive(Debug)]
#[must_use = "a builder guards nothing"]
pub struct GuardBuilder {
    tokens: Arc<dyn TokenVerifier>,
    dpop: Option<Dpop>,
    texts: ChallengeTexts,
    clock: Arc<dyn Clock>,
    ignored_confirmation_members: BTreeSet<String>,
    accept_early_data: bool,
    allow_unbound_tokens: bool,
    keep_credentials: bool,
    refuse_query_tokens: bool,
    refuse_stray_proofs: bool,
}

impl Guard {
    /// A guard that accepts what `tokens` verifies. By itself it lets nothing pass: say with
    /// [`GuardBuilder::dpop`] how senders prove themselves.
    pub fn builder(tokens: impl TokenVerifier) -> GuardBuilder {
        GuardBuilder {
            tokens: Arc::new(tokens),
            dpop: None,
            texts: ChallengeTexts::default(),
            clock: Arc::new(SystemClock),
            ignored_confirmation_members: BTreeSet::new(),
            accept_early_data: false,
            allow_unbound_tokens: false,
            keep_credentials: false,
            refuse_query_tokens: false,
            refuse_stray_proofs: false,
        }
    }
}

impl GuardBuilder {
    /// Accepts tokens bound to a key, with a DPoP proof on every request (RFC 9449).
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        self.dpop = Some(dpop);
        self
    }

    /// Serves requests with `Early-Data: 1`, which are otherwise refused (425, RFC 8470 section 5.2): anybody who
    /// recorded one can send it again to another instance. Safe only with a replay store that all instances share.
    pub const fn accept_early_data(mut self) -> Self {
        self.accept_early_data = true;
        self
    }

    /// Lets plain bearer tokens pass, which anybody who copies them can use.
    ///
    /// A bound token is refused as plain bearer nevertheless.
    pub const fn allow_unbound_tokens(mut self) -> Self {
        self.allow_unbound_tokens = true;
        self
    }

    /// Does not refuse a token because of this member of its `cnf`, if another one holds.
    ///
    /// Whatever the member demands is then not checked. `jkt` and `x5t#S256` are never ignored.
    pub fn ignore_confirmation_member(mut self, name: impl Into<String>) -> Self {
        self.ignored_confirmation_members.insert(name.into());
        self
    }

    /// Leaves `Authorization` and `DPoP` in the request for the service behind, which must then keep them
    /// out of its logs, and not hand the token to another server (RFC 9700 section 2.3).
    pub const fn keep_credentials(mut self) -> Self {
        self.keep_credentials = true;
        self
    }

    /// Refuses requests with an `access_token` in the query (400), which are otherwise judged without it.
    pub const fn refuse_query_tokens(mut self) -> Self {
        self.refuse_query_tokens = true;
        self
    }

    /// Refuses a `DPoP` header beside an unbound bearer token (400), which is otherwise ignored.
    pub const fn refuse_stray_proofs(mut self) -> Self {
        self.refuse_stray_proofs = true;
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
    /// that gRPC clients read the challenge as metadata. Others get the HTTP status as ever.
    pub const fn grpc_status(mut self) -> Self {
        self.texts.grpc_status = true;
        self
    }

    /// Tells the time; for tests, or when the system's clock is not the one to trust.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The guard.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NothingAccepted`] if no request could pass, [`ConfigError::ChallengeText`] if a text
    /// cannot stand in a header.
    pub fn build(self) -> Result<Guard, ConfigError> {
        if self.dpop.is_none() && !self.allow_unbound_tokens {
            return Err(ConfigError::NothingAccepted);
        }
        let algs = self.dpop.as_ref().map(Dpop::algs);
        let challenges = Challenges::new(algs, self.allow_unbound_tokens, self.texts)?;
        Ok(Guard::of(Policy {
            tokens: self.tokens,
            dpop: self.dpop,
            challenges,
            clock: self.clock,
            ignored_confirmation_members: self.ignored_confirmation_members,
            accept_early_data: self.accept_early_data,
            allow_unbound_tokens: self.allow_unbound_tokens,
            keep_credentials: self.keep_credentials,
            refuse_query_tokens: self.refuse_query_tokens,
            refuse_stray_proofs: self.refuse_stray_proofs,
        }))
    }
}
