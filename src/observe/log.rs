//! Writes one log event for each request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use http::request::Parts;
use tracing::Level;
use tracing::field::display;

use crate::access::{Access, UnboundBy};
use crate::cert::Peer;
use crate::credentials::CredentialsError;
use crate::exceptions::Exempted;
use crate::excerpt::Excerpt;
use crate::interaction_id::InteractionId;
use crate::log_limit::LogLimit;
use crate::proof::ProofError;
use crate::rejection::Rejection;
use crate::rejection_reason::RejectionReason;
use crate::time::{Clock, Timestamp};
use crate::uri::client_uri;

/// Writes one event for each request; refusals are limited for each kind and level.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    limits: Mutex<HashMap<(&'static str, Level, Stage), LogLimit>>,
    /// Whether events have the `x-fapi-interaction-id` of their request.
    names_interaction: bool,
}

/// When a request is refused: what is counted of one must not be reported for the other.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
enum Stage {
    /// By the guard, which accepted it before: a route or a handler requires more.
    Accepted,
    /// By the check.
    Checked,
}

impl RequestLog {
    pub(crate) fn new(names_interaction: bool) -> Self {
        Self {
            names_interaction,
            ..Self::default()
        }
    }

    /// Writes the outcome of one request.
    pub(crate) fn record(
        &self,
        head: &Parts,
        verdict: Result<&Access, &Rejection>,
        clock: &dyn Clock,
    ) {
        match verdict {
            Ok(access) => match access.unbound_by() {
                Some(UnboundBy::Exception(exempted)) => by_exception(head, exempted, clock.now()),
                Some(UnboundBy::Reported) => self.unbound(head, access, clock.now()),
                Some(UnboundBy::Setting) | None => self.accepted(head, access),
            },
            Err(rejection) => self.refused(head, rejection, clock.now()),
        }
    }

    /// Writes that a request without credentials was accepted.
    pub(crate) fn record_anonymous(head: &Parts) {
        if tracing::enabled!(target: TARGET, Level::DEBUG) {
            let Request { method, path, peer } = Request::of(head);
            tracing::debug!(
                target: TARGET, method = %method, path = %path, peer,
                "request accepted without credentials"
            );
        }
    }

    /// Writes that the check refused a request.
    pub(crate) fn refused(&self, head: &Parts, rejection: &Rejection, now: Timestamp) {
        self.write(Stage::Checked, Some(head), rejection, now);
    }

    /// Writes that a route or a handler refused a request, for which there is an event of its acceptance. A handler has
    /// no head.
    pub(crate) fn refused_after_accept(
        &self,
        head: Option<&Parts>,
        rejection: &Rejection,
        now: Timestamp,
    ) {
        self.write(Stage::Accepted, head, rejection, now);
    }

    /// Writes a refusal, unless the limit of its kind for this second is reached. The next event of the kind reports
    /// how many were dropped.
    fn write(&self, stage: Stage, head: Option<&Parts>, rejection: &Rejection, now: Timestamp) {
        let kind = rejection.kind();
        let level = level_of(rejection);
        let Some(suppressed) = self.admit(kind, level, stage, now) else {
            return;
        };
        let suppressed = (suppressed > 0).then_some(suppressed);
        let request = head.map(Request::of);
        let method = request.as_ref().map(|request| display(&request.method));
        let path = request.as_ref().map(|request| display(&request.path));
        let peer = request.as_ref().and_then(|request| request.peer.as_deref());
        let client_id = rejection.client_id().map(Excerpt::new).map(display);
        let interaction = head.and_then(|head| self.interaction(head));
        let interaction_id = interaction.as_ref().map(InteractionId::as_str);
        macro_rules! event {
            ($level:ident, $message:literal) => {
                tracing::$level!(
                    target: TARGET, kind, reason = %rejection, method, path, peer, client_id, interaction_id, suppressed,
                    $message
                )
            };
        }
        match (stage, level) {
            (Stage::Accepted, Level::ERROR) => event!(error, "accepted request refused"),
            (Stage::Accepted, Level::DEBUG) => event!(debug, "accepted request refused"),
            (Stage::Accepted, _) => event!(warn, "accepted request refused"),
            (Stage::Checked, Level::ERROR) => event!(error, "request refused"),
            (Stage::Checked, Level::DEBUG) => event!(debug, "request refused"),
            (Stage::Checked, _) => event!(warn, "request refused"),
        }
    }

    /// Writes an unbound token that is accepted for a migration, unless the limit for this second is reached.
    fn unbound(&self, head: &Parts, access: &Access, now: Timestamp) {
        let Some(suppressed) = self.admit(UNBOUND, Level::WARN, Stage::Accepted, now) else {
            return;
        };
        let suppressed = (suppressed > 0).then_some(suppressed);
        let Request { method, path, peer } = Request::of(head);
        let issuer = display(Excerpt::new(access.issuer()));
        let client_id = access.client_id().map(Excerpt::new).map(display);
        tracing::warn!(
            target: TARGET, method = %method, path = %path, peer, issuer, client_id, suppressed,
            "request accepted with an unbound token, which is refused without `allow_and_report_unbound_tokens`"
        );
    }

    /// Kinds are names of variants, so clients cannot make the map grow.
    fn admit(&self, kind: &'static str, level: Level, stage: Stage, now: Timestamp) -> Option<u64> {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = limits.entry((kind, level, stage)).or_default();
        limit.admit(now)
    }

    /// The identifier that the response has: the guard sets it in the request too.
    fn interaction(&self, head: &Parts) -> Option<InteractionId> {
        let is_named = self.names_interaction;
        is_named.then(|| InteractionId::of(&head.headers)).flatten()
    }

    /// Writes an accepted request, by what it needed.
    fn accepted(&self, head: &Parts, access: &Access) {
        macro_rules! event {
            ($level:ident, $message:literal) => {{
                let Request { method, path, peer } = Request::of(head);
                // The issuer asserts the name, but not that it is safe to log.
                let client_id = access.client_id().map(Excerpt::new).map(display);
                let sender = access.sender();
                let interaction = self.interaction(head);
                tracing::$level!(
                    target: TARGET, method = %method, path = %path, peer, client_id,
                    jkt = sender.jkt().map(display), x5t_s256 = sender.x5t_s256().map(display),
                    interaction_id = interaction.as_ref().map(InteractionId::as_str), $message
                )
            }};
        }
        if access.used_rollover() {
            event!(info, "request accepted with an allowed rollover");
        } else if tracing::enabled!(target: TARGET, Level::DEBUG) {
            event!(debug, "request accepted");
        }
    }
}

/// A request without any credentials is quiet: it is how many clients begin (RFC 6750 section 3). So is one without a
/// nonce, or with an old one (RFC 9449 section 8).
fn level_of(rejection: &Rejection) -> Level {
    match rejection.reason() {
        _ if rejection.is_outage() => Level::ERROR,
        RejectionReason::Credentials(CredentialsError::Missing)
        | RejectionReason::Proof(
            ProofError::NonceExpired { .. }
            | ProofError::NonceMissing
            | ProofError::NonceMissingOnSkew(_),
        ) => Level::DEBUG,
        _ => Level::WARN,
    }
}

/// Writes a request that an exception accepted: the first of a day as a warning.
fn by_exception(head: &Parts, exempted: &Exempted, now: Timestamp) {
    let exception = &exempted.exception;
    macro_rules! event {
        ($level:ident) => {{
            let Request { method, path, peer } = Request::of(head);
            let client_id = display(Excerpt::new(exception.client_id()));
            tracing::$level!(
                target: TARGET, method = %method, path = %path, peer, client_id,
                owner = exception.owner(), cause = exception.reason(),
                days_left = exception.days_left(now), "request accepted by an exception for unbound tokens"
            )
        }};
    }
    if exempted.is_first_today(now) {
        event!(warn);
    } else if tracing::enabled!(target: TARGET, Level::DEBUG) {
        event!(debug);
    }
}

/// What an event shows of a request: never the query, which may contain a token.
struct Request {
    method: Excerpt,
    path: Excerpt,
    peer: Option<String>,
}

impl Request {
    fn of(head: &Parts) -> Self {
        let peer = Peer::from_extensions(&head.extensions);
        Self {
            method: Excerpt::new(head.method.as_str()),
            path: Excerpt::new(client_uri(head).path()),
            peer: peer.map(|peer| peer.to_string()),
        }
    }
}

const UNBOUND: &str = "unbound_token_reported";
/// The target that operators filter by.
pub(super) const TARGET: &str = "sender_constraint::guard";
