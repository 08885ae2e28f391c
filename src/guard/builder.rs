//! The settings of a guard. Required settings are constructor arguments; a setting that loosens a check says so in its
//! name.

use std::sync::Arc;

use super::check::Guard;
use super::policy::Policy;
#[cfg(feature = "config-files")]
use crate::exceptions::ExceptionFile;
use crate::exceptions::{Exceptions, FindException};
use crate::proof::{Dpop, Mtls, Rollovers};
use crate::response::ChallengeTexts;
use crate::revocation::{DenyList, Revocation};
use crate::scope_hierarchy::ScopeHierarchy;
use crate::time::Clock;
use crate::token::TokenVerifier;

/// Configures a [`Guard`]. Created by [`Guard::builder`].
///
/// ```
/// use sender_constraint::proof::Dpop;
/// use sender_constraint::revocation::DenyList;
/// use sender_constraint::token::JwtVerifier;
/// use sender_constraint::{ConfigError, Guard};
///
/// fn guard(tokens: JwtVerifier, denied: DenyList) -> Result<Guard, ConfigError> {
///     Guard::builder(tokens)
///         .dpop(Dpop::new("https://api.example.com")?)
///         .deny_list(denied)
///         .build()
/// }
/// # drop(guard);
/// ```
#[derive(Debug)]
#[must_use = "builders do nothing until `build`"]
pub struct GuardBuilder {
    pub(super) policy: Policy,
    pub(super) texts: ChallengeTexts,
    /// Where DPoP is accepted unless `dpop` is called.
    pub(super) default_origin: Option<String>,
    /// A setting that may be made once.
    pub(super) repeated: Option<&'static str>,
}

impl Guard {
    /// Accepts tokens verified by `tokens`. Rejects every request until [`GuardBuilder::dpop`] or
    /// [`GuardBuilder::mtls`] configures how senders prove possession.
    pub fn builder(tokens: impl TokenVerifier) -> GuardBuilder {
        GuardBuilder {
            policy: Policy::new(Arc::new(tokens)),
            texts: ChallengeTexts::default(),
            default_origin: None,
            repeated: None,
        }
    }
}

impl Guard {
    /// A builder with the settings of this guard, for a second guard with another policy. Both share the replay store,
    /// the caches, the token verifier, the rollovers and the deny-lists: a proof that one accepted is refused by the
    /// other.
    ///
    /// Settings can be added, and only [`GuardBuilder::refuse_unbound_tokens`] takes two back: derive the looser guard
    /// from the stricter one.
    ///
    /// ```
    /// # use sender_constraint::{ConfigError, Guard};
    /// # fn example(guard: Guard) -> Result<(), ConfigError> {
    /// // During a migration, some routes still accept unbound tokens.
    /// let lenient = guard.to_builder().allow_unbound_tokens().build()?;
    /// # drop(lenient);
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_builder(&self) -> GuardBuilder {
        GuardBuilder {
            policy: self.policy().clone(),
            texts: self.texts(),
            default_origin: None,
            repeated: None,
        }
    }
}

impl GuardBuilder {
    pub(super) const fn by_fapi2(mut self) -> Self {
        self.policy.options.is_fapi2 = true;
        self.policy.options.refuse_query_tokens = true;
        self.texts.is_fapi2 = true;
        self
    }

    /// Accepts key-bound tokens, with a DPoP proof on every request (RFC 9449).
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        if self.policy.dpop.replace(dpop).is_some() {
            self.repeated = Some("dpop");
        }
        self
    }

    /// Accepts certificate-bound tokens (RFC 8705). A token that is also bound to a key requires both proofs.
    pub fn mtls(mut self, mtls: Mtls) -> Self {
        if self.policy.mtls.replace(mtls).is_some() {
            self.repeated = Some("mtls");
        }
        self
    }

    /// Refuses tokens that `list` denies (401), from the next request on. Keep a clone to add entries while serving.
    /// Several guards can share one list, and a guard can have several lists.
    pub fn deny_list(self, list: DenyList) -> Self {
        self.revocation(list)
    }

    /// Refuses tokens that `revocation` denies, in addition to those that others deny.
    pub fn revocation(mut self, revocation: impl Revocation) -> Self {
        self.policy.revocations.push(Arc::new(revocation));
        self
    }

    /// Accepts a key or certificate in place of its predecessor during an allowed rollover. Keep a clone to allow
    /// rollovers while serving.
    pub fn rollovers(mut self, rollovers: Rollovers) -> Self {
        self.policy.rollovers = rollovers;
        self.policy.options.allow_rollovers = true;
        self
    }

    /// Accepts requests with `Early-Data: 1`, which are otherwise refused (425, RFC 8470 section 5.2): an attacker who
    /// recorded such a request can replay it to another instance. Safe only with a replay store that all instances
    /// share, and that is strict: it refuses when it is full or unreachable, and forgets no proof within the time
    /// window. Requests without a proof (certificate-bound and unbound tokens) can be replayed in any case.
    pub const fn accept_early_data(mut self) -> Self {
        self.policy.options.accept_early_data = true;
        self
    }

    /// Accepts requests without any credentials, as anonymous: optional authentication.
    ///
    /// Such a request reaches the inner service without an [`Access`](crate::Access), and with an
    /// [`Anonymous`](crate::Anonymous) in its extensions. Everything else is refused as without this setting: an
    /// invalid, expired, unproven or repeated credential, an unsupported scheme, and a `DPoP` header without
    /// `Authorization`. [`Guard::check_optional`] says what counts as a credential; [`Guard::check`] accepts no such
    /// request.
    ///
    /// **A handler that does not look is public.** With axum, take [`Access`](crate::Access) where credentials are
    /// required (without them: 401 with the guard's challenges), and `Option<Access>` where they are optional. A
    /// handler that takes neither serves everyone, and so does every other method, fallback and route that this guard
    /// covers. Prefer a guard without this setting, and derive one with it ([`Guard::to_builder`]) for the routes that
    /// need it:
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use sender_constraint::{Access, ConfigError, Guard};
    /// # fn example(guard: Guard) -> Result<Router, ConfigError> {
    /// async fn articles(access: Option<Access>) -> String {
    ///     access.map_or("what is public".into(), |access| format!("drafts of {:?}", access.subject()))
    /// }
    ///
    /// let optional = guard.to_builder().allow_anonymous_requests().build()?;
    /// let public = Router::new().route("/articles", get(articles)).layer(optional.layer());
    /// let app = Router::new().route("/accounts", get(|_: Access| async {})).layer(guard.layer());
    /// # Ok(
    /// app.merge(public)
    /// # )
    /// # }
    /// ```
    ///
    /// Responses of this guard have `Vary: Authorization`.
    pub const fn allow_anonymous_requests(mut self) -> Self {
        self.policy.options.allow_anonymous_requests = true;
        self
    }

    /// Accepts unbound bearer tokens, which anyone who copies them can use.
    ///
    /// A bound token is still refused as a bearer token.
    pub const fn allow_unbound_tokens(mut self) -> Self {
        self.policy.options.refuse_unbound_tokens = false;
        self.policy.options.allow_unbound_tokens = true;
        self
    }

    /// Accepts unbound bearer tokens, as [`GuardBuilder::allow_unbound_tokens`] does, and reports each one: for a
    /// migration, to learn which clients still send them before they are refused.
    ///
    /// Each is a `warn` event with the `client_id`, at most 10 in a second, and [`Guard::unbound_report`] counts them
    /// by client. Anyone who copies such a token can use it. A bound token is still refused as a bearer token.
    pub const fn allow_and_report_unbound_tokens(mut self) -> Self {
        self.policy.options.refuse_unbound_tokens = false;
        self.policy.options.report_unbound_tokens = true;
        self
    }

    /// Accepts the unbound tokens of the clients in `exceptions`, each until its exception ends. The other unbound
    /// tokens are still refused, and a bound token is enforced as ever.
    pub fn exceptions(self, exceptions: Exceptions) -> Self {
        self.add_exceptions(exceptions)
    }

    /// Like [`GuardBuilder::exceptions`], with the exceptions of a file.
    #[cfg(feature = "config-files")]
    pub fn exception_file(self, file: ExceptionFile) -> Self {
        self.add_exceptions(file)
    }

    fn add_exceptions(mut self, exceptions: impl FindException) -> Self {
        self.policy.exceptions.push(Arc::new(exceptions));
        self
    }

    /// Ignores this `cnf` member, provided that another member of the token's `cnf` holds.
    ///
    /// The member's requirement is then not checked. RFC 7800 section 3.1 allows recipients to ignore unknown members;
    /// here the operator must name each one. `jkt` and `x5t#S256` cannot be ignored.
    pub fn ignore_confirmation_member(mut self, name: impl Into<String>) -> Self {
        self.policy.ignored_confirmation_members.insert(name.into());
        self
    }

    /// Leaves `Authorization` and `DPoP` in the request for the inner service, which must then keep them out of its
    /// logs and must not forward the token to another server (RFC 9700 section 2.3).
    pub const fn keep_credentials(mut self) -> Self {
        self.policy.options.keep_credentials = true;
        self
    }

    /// Refuses requests with an `access_token` in the query (400). By default the query parameter is ignored.
    pub const fn refuse_query_tokens(mut self) -> Self {
        self.policy.options.refuse_query_tokens = true;
        self
    }

    /// Refuses a `DPoP` header that accompanies an unbound bearer token (400). By default the header is ignored.
    pub const fn refuse_stray_proofs(mut self) -> Self {
        self.policy.options.refuse_stray_proofs = true;
        self
    }

    /// Declares which scopes include others, for what routes and handlers require
    /// ([`Require`](crate::require::Require)). By default none does.
    pub fn scope_hierarchy(mut self, scopes: ScopeHierarchy) -> Self {
        self.policy.scope_hierarchy = scopes;
        self
    }

    /// Sets the `realm` of challenges (RFC 9110 section 11.5), of at most 256 bytes.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.texts.realm = Some(realm.into());
        self
    }

    /// Answers refused gRPC requests with `grpc-status` in a trailers-only response (16, 3, 8 or 14), so that gRPC
    /// clients read the challenge as metadata. A gRPC request is a POST over HTTP/2 with a gRPC content type; other
    /// requests get the HTTP status as usual.
    pub const fn grpc_responses(mut self) -> Self {
        self.texts.grpc_status = true;
        self
    }

    /// Sets the clock; for tests, or when the system clock is not the trusted one. `RemoteKeys`, `Rollovers` and
    /// `DenyList` have clocks of their own: pass the same clock to all of them.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.policy.clock = Arc::new(clock);
        self
    }
}
