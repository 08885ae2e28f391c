//! The decision: takes a request's head, returns an [`Admission`] or a [`Rejection`].

use std::sync::Arc;

use http::Response;
use http::request::Parts;

use super::metadata::Metadata;
use super::policy::Policy;
use super::unbound_report::UnboundReport;
use crate::access::Access;
use crate::cert::remove_certificates;
use crate::credentials::{self, BadCredentials, Credentials, CredentialsError, Scheme};
use crate::observe::RequestLog;
use crate::proof::{Mtls, remove_proof};
use crate::rejection::Rejection;
use crate::response::{Admission, ChallengeTexts, Challenges, NewNonce};
use crate::token::PresentedToken;

/// Decides whether a request is accepted. Cheap to clone; clones share caches and the replay store.
///
/// Build one guard and clone it. Guards that are built separately for one origin each accept a proof once, unless they
/// share a [`Dpop`](crate::proof::Dpop) or its replay store; [`Guard::to_builder`] derives a guard with another policy.
///
/// With tower, use [`Guard::layer`]. A gateway without tower calls [`Guard::check`], and answers a [`Rejection`] with
/// [`Guard::error_response`]:
///
/// ```
/// # use sender_constraint::{Guard, proof::Dpop, keys::StaticKeys, token::JwtVerifier};
/// # async fn example(keys: StaticKeys) -> Result<(), Box<dyn std::error::Error>> {
/// let tokens = JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)?;
/// let guard = Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()?;
///
/// let (mut head, body) = http::Request::get("/accounts").body("")?.into_parts();
/// match guard.check(&mut head).await {
///     Ok(admission) => {
///         println!("forwarding for {:?}", admission.subject());
///         // Forward `head` and `body`, then finish the response.
///         let mut response = http::Response::new(body);
///         admission.finish(response.headers_mut());
///     }
///     Err(rejection) => {
///         let response: http::Response<String> = guard.error_response(&rejection, &head);
///         assert_eq!(response.status(), 401);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Guard {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) policy: Policy,
    pub(super) challenges: Arc<Challenges>,
    pub(super) log: RequestLog,
    metadata: Option<Metadata>,
}

impl Guard {
    pub(super) fn new(policy: Policy, challenges: Challenges, metadata: Option<Metadata>) -> Self {
        let log = RequestLog::new(policy.options.is_fapi2);
        Self {
            inner: Arc::new(Inner {
                policy,
                challenges: Arc::new(challenges),
                log,
                metadata,
            }),
        }
    }

    pub(super) fn metadata(&self) -> Option<&Metadata> {
        self.inner.metadata.as_ref()
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    pub(super) fn challenges(&self) -> Arc<Challenges> {
        Arc::clone(&self.inner.challenges)
    }

    pub(super) fn texts(&self) -> ChallengeTexts {
        self.inner.challenges.texts()
    }

    /// Which clients sent unbound tokens; empty unless [`GuardBuilder::allow_and_report_unbound_tokens`] was called.
    /// Clones of the guard, and guards derived by [`Guard::to_builder`], share the counts.
    ///
    /// [`GuardBuilder::allow_and_report_unbound_tokens`]: crate::GuardBuilder::allow_and_report_unbound_tokens
    #[must_use]
    pub fn unbound_report(&self) -> UnboundReport {
        self.policy().unbound_counts.report()
    }

    /// Authenticates a request head. On success, removes the credentials, unless `keep_credentials` was configured, and
    /// headers with client certificates. Writes one log event.
    ///
    /// Forward no request without an [`Admission`], whatever its method: a CORS preflight is a request like any other,
    /// which an outer CORS layer answers.
    ///
    /// A request without credentials is refused, also with
    /// [`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests): [`Guard::check_optional`] accepts
    /// it.
    ///
    /// The decision holds for this request only. Dropping the future before it completes may use up the proof.
    ///
    /// # Errors
    ///
    /// A [`Rejection`]: the request must not be served.
    pub async fn check(&self, head: &mut Parts) -> Result<Admission, Rejection> {
        let interaction = self.interaction(head);
        let verdict = self.authenticate(head).await;
        let Inner { policy, log, .. } = &*self.inner;
        log.record(
            head,
            verdict.as_ref().map(|(access, _)| access),
            &*policy.clock,
        );
        let (access, is_nonce_due) = verdict?;
        let nonce = if is_nonce_due {
            self.new_nonce(head)
        } else {
            self.inner.challenges.no_new_nonce(policy.now())
        };
        self.strip(head);
        Ok(Admission::new(
            access,
            policy.mtls.clone(),
            nonce,
            interaction,
        ))
    }

    /// Removes what inner services must not log, forward or trust.
    pub(super) fn strip(&self, head: &mut Parts) {
        let policy = &self.inner.policy;
        if !policy.options.keep_credentials {
            credentials::remove(&mut head.headers);
            remove_proof(&mut head.headers);
        }
        if !policy.mtls.as_ref().is_some_and(Mtls::keeps_headers) {
            remove_certificates(&mut head.headers, Mtls::headers_of(policy.mtls.as_ref()));
        }
        if let Some(dpop) = &policy.dpop {
            dpop.strip_forwarded(head);
        }
    }

    pub(crate) fn record_refused(&self, head: &Parts, rejection: &Rejection) {
        let Inner { policy, log, .. } = &*self.inner;
        log.refused(head, rejection, policy.now());
    }

    pub(crate) fn record_refused_after_accept(&self, head: &Parts, rejection: &Rejection) {
        let Inner { policy, log, .. } = &*self.inner;
        log.refused_after_accept(Some(head), rejection, policy.now());
    }

    /// A new nonce for the response to any request, also to one that no guard checks, so that a client has one before
    /// it calls a guarded route (RFC 9449 section 8.2). Does nothing unless
    /// [`Dpop::nonces`](crate::proof::Dpop::nonces) is configured. [`Guard::nonce_layer`] does the same as a layer.
    ///
    /// This checks nothing: everyone may have a nonce.
    ///
    /// ```
    /// # fn example(guard: sender_constraint::Guard) -> Result<(), http::Error> {
    /// let (head, ()) = http::Request::post("/nonce").body(())?.into_parts();
    /// let mut response = http::Response::new("a nonce is in the header");
    /// guard.new_nonce(&head).finish(response.headers_mut());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new_nonce(&self, head: &Parts) -> NewNonce {
        let Inner {
            policy, challenges, ..
        } = &*self.inner;
        challenges.new_nonce(head, policy.now())
    }

    /// Builds the response to a request that [`Guard::check`] refused: status, challenges, `Cache-Control`, the other
    /// headers that the client needs (`DPoP-Nonce`, `Retry-After`, `Date`, `Access-Control-Expose-Headers`, the status
    /// of a gRPC call), and an empty body.
    #[must_use]
    pub fn error_response<B: Default>(&self, rejection: &Rejection, head: &Parts) -> Response<B> {
        let Inner {
            policy, challenges, ..
        } = &*self.inner;
        challenges.error_response(rejection, head, self.response_form(head), policy.now())
    }

    /// The access, and whether the client needs the next nonce.
    async fn authenticate(&self, head: &Parts) -> Result<(Access, bool), Rejection> {
        let policy = &self.inner.policy;
        // With `keep_credentials`, the outer guard has used up the proof, which would look like a replay.
        if head.extensions.get::<Access>().is_some() {
            return Err(Rejection::new(None, CredentialsError::AlreadyChecked));
        }
        if policy.options.refuse_query_tokens && credentials::has_query_token(&head.uri) {
            return Err(Rejection::new(
                Some(Scheme::Bearer),
                CredentialsError::QueryToken,
            ));
        }
        let read = Credentials::read(&head.headers, policy.dpop.is_some());
        let Credentials { scheme, token } = read.map_err(|bad| as_preflight(bad, head))?;
        let token = PresentedToken::of_bytes(token);
        let verdict = match scheme {
            Scheme::Dpop => policy.check_dpop(head, token).await,
            Scheme::Bearer => {
                let proven = policy.check_bearer(head, token).await;
                proven.map(|proven| (proven, false))
            }
        };
        let verdict = verdict.map_err(|refusal| refusal.into_rejection(scheme));
        let (proven, is_nonce_due) = verdict?;
        let guard = Arc::<Inner>::clone(&self.inner);
        let access = proven.into_access(scheme, self.response_form(head), guard);
        Ok((access, is_nonce_due))
    }
}

/// Layers in the wrong order are a mistake of the set-up.
fn as_preflight(bad: BadCredentials, head: &Parts) -> BadCredentials {
    let error = match bad.error {
        CredentialsError::Missing if credentials::is_preflight(head) => CredentialsError::Preflight,
        error => error,
    };
    BadCredentials { error, ..bad }
}
