//! The whole decision: a request's head in, [`Access`] or [`Rejection`] out.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::access::{Access, Evidence};
use crate::cert::{PresentedCert, remove_certificates};

use crate::credentials::{self, Credentials, CredentialsError, Scheme};
use crate::excerpt::Excerpt;
use crate::observe::RefusalLog;
use crate::proof::{
    Dpop, Mtls, MtlsEvidence, Successions, UnverifiedProof, has_proof, remove_proof,
};
use crate::rejection::{BindingError, Rejection};
use crate::response::Challenges;
use crate::time::{Clock, Timestamp};
use crate::token::{AccessToken, Confirmation, PresentedToken, TokenVerifier};
use crate::uri::RequestError;

/// Decides whether a request may pass. Cheap to clone; clones share caches and replay memory.
///
/// With tower, [`Guard::layer`] does all there is to do. A gateway without tower calls [`Guard::check`] and
/// answers a [`Rejection`] with [`Guard::refusal`]:
///
/// ```
/// # use sender_constraint::{Guard, proof::Dpop, keys::FixedKeys, token::JwtVerifier};
/// # async fn example(keys: FixedKeys) -> Result<(), Box<dyn std::error::Error>> {
/// let tokens = JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)?;
/// let guard = Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()?;
///
/// let (mut head, body) = http::Request::get("/accounts").body("")?.into_parts();
/// match guard.check(&mut head).await {
///     Ok(access) => {
///         // Pass `head` and `body` on, then prevent caching of the response where needed.
///         let mut response = http::Response::new(body);
///         guard.finish(&access, response.headers_mut());
///     }
///     Err(rejection) => {
///         let refusal: http::Response<String> = guard.refusal(&rejection, &head);
///         assert_eq!(refusal.status(), 401);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Guard {
    policy: Arc<Policy>,
}

/// What a guard is configured to do.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) tokens: Arc<dyn TokenVerifier>,
    pub(super) dpop: Option<Dpop>,
    pub(super) mtls: Option<Mtls>,
    pub(super) successions: Successions,
    pub(super) challenges: Challenges,
    pub(super) refusals: RefusalLog,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ignored_confirmation_members: BTreeSet<String>,
    pub(super) accept_early_data: bool,
    pub(super) allow_unbound_tokens: bool,
    pub(super) keep_certificate_headers: bool,
    pub(super) keep_credentials: bool,
    pub(super) refuse_expired_certificates: bool,
    pub(super) refuse_query_tokens: bool,
    pub(super) refuse_stray_proofs: bool,
}

impl Guard {
    pub(super) fn of(policy: Policy) -> Self {
        Self {
            policy: Arc::new(policy),
        }
    }

    /// Authenticates a request head. On success the credentials are removed from it, unless `keep_credentials` was
    /// configured, and so are headers with client certificates.
    ///
    /// Pass on no request without an [`Access`], whatever its method: a CORS preflight is a request like any other, which
    /// a CORS layer outside answers. Nothing is logged.
    ///
    /// The answer holds for this request only. Dropping the future before it is done may use up the proof.
    ///
    /// # Errors
    ///
    /// A [`Rejection`]: the request must not be served.
    pub async fn check(&self, head: &mut Parts) -> Result<Access, Rejection> {
        let access = self.judge(head).await?;
        if !self.policy.keep_credentials {
            credentials::remove(&mut head.headers);
            remove_proof(&mut head.headers);
        }
        if !self.policy.keep_certificate_headers {
            remove_certificates(&mut head.headers, self.certificate_headers());
        }
        Ok(access)
    }

    /// The response to a request that [`Guard::check`] refused: status, challenges, `Cache-Control`, the other headers
    /// that a client needs (`Retry-After`, `Date`, `Access-Control-Expose-Headers`, the status of a gRPC call), and an
    /// empty body.
    #[must_use]
    pub fn refusal<B: Default>(&self, rejection: &Rejection, head: &Parts) -> Response<B> {
        let now = self.policy.clock.now();
        self.policy.challenges.refusal(rejection, head, now)
    }

    /// Prevents caching of the response to an accepted request where it depends on a certificate, and removes certificate
    /// headers from it (RFC 9440 section 2.4). The layer does this by itself.
    pub fn finish(&self, access: &Access, response: &mut HeaderMap) {
        let names = self.certificate_headers();
        remove_certificates(response, names);
        if access.sender_certificate().is_some() && !names.is_empty() {
            keep_from_caches(response);
        }
    }

    /// Writes the refusal to the log, within the limits that all layers of this guard share.
    pub(crate) fn report(&self, rejection: &Rejection) {
        let now = self.policy.clock.now();
        self.policy.refusals.report(rejection, now);
    }

    fn certificate_headers(&self) -> &[HeaderName] {
        self.policy.mtls.as_ref().map_or(&[], Mtls::headers)
    }

    async fn judge(&self, head: &Parts) -> Result<Access, Rejection> {
        let policy = &*self.policy;
        let now = policy.clock.now();
        if policy.refuse_query_tokens && credentials::has_query_token(&head.uri) {
            return Err(CredentialsError::QueryToken.into());
        }
        let takes_dpop = policy.dpop.is_some();
        let Credentials { scheme, token } = Credentials::read(&head.headers, takes_dpop)?;
        if !policy.accept_early_data && head.headers.contains_key(EARLY_DATA) {
            return Err(RequestError::EarlyData.into());
        }
        let certificate = match &policy.mtls {
            Some(mtls) => mtls.read(head)?,
            None => None,
        };
        let mut shown = Shown {
            scheme,
            certificate,
            now,
        };
        let presented = PresentedToken::of_bytes(token);
        match scheme {
            Scheme::Dpop => {
                let dpop = policy.dpop.as_ref();
                let dpop = dpop.ok_or(CredentialsError::UnsupportedScheme)?;
                // All that needs no public key comes first: junk is cheap to refuse.
                let proof = dpop.read(head, presented.digest(), now)?;
                let token = self.verified(&mut shown, presented).await?;
                self.admit_with_proof(dpop, token, proof, &shown).await
            }
            Scheme::Bearer => {
                let token = self.verified(&mut shown, presented).await?;
                self.admit_bearer(token, head, &shown)
            }
        }
    }

    /// Verifies the token, and reads the clock anew: the token may have waited for keys.
    async fn verified(
        &self,
        shown: &mut Shown,
        presented: PresentedToken<'_>,
    ) -> Result<Arc<AccessToken>, Rejection> {
        let verdict = self.policy.tokens.verify(presented, shown.now).await;
        shown.now = self.policy.clock.now();
        let judged = verdict.and_then(|token| token.check_expiry(shown.now).map(|()| token));
        judged.map_err(|error| Rejection::of_token(shown.scheme, error))
    }

    /// The confirmation, never the client's choice of header, says what must hold; and all of it must.
    async fn admit_with_proof(
        &self,
        dpop: &Dpop,
        token: Arc<AccessToken>,
        proof: UnverifiedProof<'_>,
        shown: &Shown,
    ) -> Result<Access, Rejection> {
        let confirmation = self.known(token.confirmation(), shown)?;
        let jkt = confirmation.jkt.as_ref();
        let jkt = jkt.ok_or(BindingError::UnboundTokenAsDpop)?;
        let mtls = self.certificate_shown(confirmation, shown)?;
        // RFC 9449 4.3 item 12, second half
        let holder = self
            .policy
            .successions
            .holder(jkt, proof.thumbprint(), shown.now);
        let holder = holder.ok_or(BindingError::KeyMismatch)?;
        // A token that names no caller is counted by its key.
        let principal = *token.principal().unwrap_or_else(|| proof.thumbprint());
        let dpop = dpop.verify(proof, &principal, shown.now).await?;
        if dpop.waited {
            let expiry = token.check_expiry(self.policy.clock.now());
            expiry.map_err(|error| Rejection::of_token(shown.scheme, error))?;
        }
        let evidence = match mtls {
            None => Evidence::Dpop(dpop, holder),
            Some(mtls) => Evidence::DpopAndMtls(dpop, holder, mtls),
        };
        Ok(Access::proven(token, evidence))
    }

    fn admit_bearer(
        &self,
        token: Arc<AccessToken>,
        head: &Parts,
        shown: &Shown,
    ) -> Result<Access, Rejection> {
        let confirmation = self.known(token.confirmation(), shown)?;
        if confirmation.jkt.is_some() {
            return Err(BindingError::BoundTokenAsBearer.into());
        }
        if let Some(evidence) = self.certificate_shown(confirmation, shown)? {
            return Ok(Access::proven(token, Evidence::Mtls(evidence)));
        }
        if !self.policy.allow_unbound_tokens {
            return Err(BindingError::UnboundToken.into());
        }
        if self.policy.refuse_stray_proofs && has_proof(&head.headers) {
            return Err(BindingError::StrayProof.into());
        }
        Ok(Access::unproven(token))
    }

    /// Refuses what nothing here could check, whatever else the token is bound to.
    fn known<'t>(
        &self,
        confirmation: &'t Confirmation,
        shown: &Shown,
    ) -> Result<&'t Confirmation, BindingError> {
        if confirmation.unknown.is_empty() {
            return Ok(confirmation);
        }
        let ignorable = &self.policy.ignored_confirmation_members;
        let nothing_known = confirmation.jkt.is_none() && confirmation.x5t_s256.is_none();
        // What may be ignored beside a proof does not stand in for one.
        let is_in_the_way = |name: &&str| nothing_known || !ignorable.contains(*name);
        let unknown = confirmation.unknown.iter().map(String::as_str);
        let unknown: Vec<_> = unknown.filter(is_in_the_way).collect();
        if !unknown.is_empty() {
            let scheme = shown.scheme;
            let members = Excerpt::of(&unknown.join(" "));
            return Err(BindingError::UnknownConfirmation { scheme, members });
        }
        Ok(confirmation)
    }

    /// The certificate for a token that is bound to one (RFC 8705 section 3).
    fn certificate_shown(
        &self,
        confirmation: &Confirmation,
        shown: &Shown,
    ) -> Result<Option<MtlsEvidence>, BindingError> {
        let Some(bound) = &confirmation.x5t_s256 else {
            return Ok(None);
        };
        if self.policy.mtls.is_none() {
            return Err(BindingError::CertificateNotSeen(shown.scheme));
        }
        let presented = shown.certificate.as_ref();
        let presented = presented.ok_or(BindingError::CertificateMissing(shown.scheme))?;
        let evidence = MtlsEvidence::of(presented, bound, &self.policy.successions, shown.now);
        let expired = self.policy.refuse_expired_certificates && !presented.is_valid_at(shown.now);
        if evidence.is_some() && expired {
            return Err(BindingError::CertificateExpired(shown.scheme));
        }
        evidence
            .ok_or(BindingError::CertificateMismatch(shown.scheme))
            .map(Some)
    }
}

/// What the client chose to show, beside token and proof.
struct Shown {
    scheme: Scheme,
    certificate: Option<PresentedCert>,
    now: Timestamp,
}

/// A response that depends on a forwarded certificate is nobody else's (RFC 9440 section 2.4). `Vary` alone would not do:
/// the header that it names is not in the client's request.
fn keep_from_caches(response: &mut HeaderMap) {
    let forbids = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        let mut directives = text.split(',').map(str::trim);
        directives.any(|directive| {
            directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("private")
        })
    };
    if !response.get_all(CACHE_CONTROL).iter().any(forbids) {
        response.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// Its presence counts: RFC 8470 section 5.1 takes repeated and invalid values for 1.
const EARLY_DATA: HeaderName = HeaderName::from_static("early-data");
