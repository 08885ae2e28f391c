//! The settings of a guard: what is required comes first, what loosens says so in its name.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cert::CertSource;

use super::check::{Guard, Policy};
use crate::config_error::ConfigError;
use crate::observe::RefusalLog;
use crate::proof::{Dpop, Mtls, Successions};
use crate::response::{ChallengeTexts, Challenges};
use crate::time::{Clock, SystemClock};
use crate::token::TokenVerifier;

/// Made by [`Guard::builder`].
#[derive(Debug)]
#[must_use = "a builder guards nothing"]
pub struct GuardBuilder {
    tokens: Arc<dyn TokenVerifier>,
    dpop: Option<Dpop>,
    mtls: Option<Mtls>,
    successions: Successions,
    texts: ChallengeTexts,
    clock: Arc<dyn Clock>,
    ignored_confirmation_members: BTreeSet<String>,
    accept_early_data: bool,
    allow_unbound_tokens: bool,
    keep_certificate_headers: bool,
    keep_credentials: bool,
    refuse_expired_certificates: bool,
    refuse_query_tokens: bool,
    refuse_stray_proofs: bool,
}

impl Guard {
    /// A guard that accepts what `tokens` verifies. By itself it lets nothing pass: say with
    /// [`GuardBuilder::dpop`] or [`GuardBuilder::mtls`] how senders prove themselves.
    pub fn builder(tokens: impl TokenVerifier) -> GuardBuilder {
        GuardBuilder {
            tokens: Arc::new(tokens),
            dpop: None,
            mtls: None,
            successions: Successions::default(),
            texts: ChallengeTexts::default(),
            clock: Arc::new(SystemClock),
            ignored_confirmation_members: BTreeSet::new(),
            accept_early_data: false,
            allow_unbound_tokens: false,
            keep_certificate_headers: false,
            keep_credentials: false,
            refuse_expired_certificates: false,
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

    /// Accepts tokens bound to a client certificate (RFC 8705), which `source` takes from the connection or from the
    /// header of a trusted proxy. Tokens bound to a key as well need both.
    pub fn mtls(mut self, source: impl CertSource) -> Self {
        self.mtls = Some(Mtls::new(source));
        self
    }

    /// Lets keys and certificates stand in for others while they are declared to, and refuses those withdrawn. Keep a
    /// clone to declare and withdraw while serving.
    pub fn successions(mut self, successions: Successions) -> Self {
        self.successions = successions;
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
    /// Whatever the member demands is then not checked. RFC 7800 section 3.1 lets unknown members be ignored; here that
    /// is for the operator to say. `jkt` and `x5t#S256` cannot be named.
    pub fn ignore_confirmation_member(mut self, name: impl Into<String>) -> Self {
        self.ignored_confirmation_members.insert(name.into());
        self
    }

    /// Leaves headers with client certificates in the request for the inner service, which must not believe them:
    /// headers that the guard did not read are left as well.
    ///
    /// Only [`Access`](crate::Access) counts, with and without this setting. The guard never touches the body, and
    /// tonic merges the trailers of unary calls into their metadata, so an authorised client can show the inner service
    /// a certificate header of its choice.
    pub const fn keep_certificate_headers(mut self) -> Self {
        self.keep_certificate_headers = true;
        self
    }

    /// Leaves `Authorization` and `DPoP` in the request for the service behind, which must then keep them
    /// out of its logs, and not hand the token to another server (RFC 9700 section 2.3).
    pub const fn keep_credentials(mut self) -> Self {
        self.keep_credentials = true;
        self
    }

    /// Refuses certificates outside their own dates, which RFC 8705 leaves open: by default only possession counts.
    ///
    /// Forms that forward a fingerprint do not tell the dates: such certificates are then refused too. Chains and
    /// revocation are not looked at; that is for `ClientCertificates::chained`, or for the proxy.
    pub const fn refuse_expired_certificates(mut self) -> Self {
        self.refuse_expired_certificates = true;
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
    /// that gRPC clients read the challenge as metadata. A gRPC request is a POST over HTTP/2 with a gRPC content type;
    /// others get the HTTP status as ever.
    pub const fn grpc_status(mut self) -> Self {
        self.texts.grpc_status = true;
        self
    }

    /// Tells the time; for tests, or when the system's clock is not the one to trust. `RemoteKeys` and `Successions` have
    /// clocks of their own: give all the same.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
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
        if self.dpop.is_none() && self.mtls.is_none() && !self.allow_unbound_tokens {
            return Err(ConfigError::NothingAccepted);
        }
        for known in ["jkt", "x5t#S256"] {
            if self.ignored_confirmation_members.contains(known) {
                return Err(ConfigError::KnownConfirmationMember(known));
            }
        }
        let algs = self.dpop.as_ref().map(Dpop::algs);
        let proof_window = self.dpop.as_ref().map(Dpop::window).unwrap_or_default();
        // There is no scheme of its own for certificates (RFC 8705 section 3).
        let offers_bearer = self.allow_unbound_tokens || self.mtls.is_some();
        let challenges = Challenges::new(algs, proof_window, offers_bearer, self.texts)?;
        Ok(Guard::of(Policy {
            tokens: self.tokens,
            dpop: self.dpop,
            mtls: self.mtls,
            successions: self.successions,
            challenges,
            refusals: RefusalLog::default(),
            clock: self.clock,
            ignored_confirmation_members: self.ignored_confirmation_members,
            accept_early_data: self.accept_early_data,
            allow_unbound_tokens: self.allow_unbound_tokens,
            keep_certificate_headers: self.keep_certificate_headers,
            keep_credentials: self.keep_credentials,
            refuse_expired_certificates: self.refuse_expired_certificates,
            refuse_query_tokens: self.refuse_query_tokens,
            refuse_stray_proofs: self.refuse_stray_proofs,
        }))
    }
}
