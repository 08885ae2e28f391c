//! The whole decision: a request's head in, [`Access`] or [`Rejection`] out.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, HeaderName, Response};

use crate::access::Access;
use crate::challenge::Challenges;
use crate::credentials::{self, Credentials, CredentialsError, Scheme};
use crate::excerpt::Excerpt;
use crate::proof::{Dpop, RequestError, UnverifiedProof, has_proof, remove_proof};
use crate::rejection::{BindingError, Rejection};
use crate::time::{Clock, Timestamp};
use crate::token::{AccessToken, Confirmation, PresentedToken, TokenVerifier};

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
///     Ok(access) => println!("{:?} may pass", access.subject()),
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
pub(crate) struct Policy {
    pub(crate) tokens: Arc<dyn TokenVerifier>,
    pub(crate) dpop: Option<Dpop>,
    pub(crate) challenges: Challenges,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ignored_confirmation_members: BTreeSet<String>,
    pub(crate) accept_early_data: bool,
    pub(crate) allow_unbound_tokens: bool,
    pub(crate) keep_credentials: bool,
    pub(crate) refuse_query_tokens: bool,
    pub(crate) refuse_stray_proofs: bool,
}

impl Guard {
    pub(crate) fn of(policy: Policy) -> Self {
        Self {
            policy: Arc::new(policy),
        }
    }

    /// Judges the head of a request. On success the credentials are removed from it, unless
    /// `keep_credentials` was configured.
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
        Ok(access)
    }

    /// The response to a request that [`Guard::check`] refused: status, challenges, `Cache-Control`, and an
    /// empty body.
    pub fn refusal<B: Default>(&self, rejection: &Rejection, head: &Parts) -> Response<B> {
        let now = self.policy.clock.now();
        self.policy.challenges.refusal(rejection, head, now)
    }

    async fn judge(&self, head: &Parts) -> Result<Access, Rejection> {
        let policy = &*self.policy;
        let now = policy.clock.now();
        if policy.refuse_query_tokens && credentials::has_query_token(&head.uri) {
            return Err(CredentialsError::QueryToken.into());
        }
        let takes_dpop = policy.dpop.is_some();
        let Credentials { scheme, token } = Credentials::read(&head.headers, takes_dpop)?;
        if !policy.accept_early_data && is_early_data(&head.headers) {
            return Err(RequestError::EarlyData.into());
        }
        let presented = PresentedToken::new(token);
        match scheme {
            Scheme::Dpop => {
                let dpop = policy.dpop.as_ref();
                let dpop = dpop.ok_or(CredentialsError::UnsupportedScheme)?;
                // All that needs no public key comes first: junk is cheap to refuse.
                let proof = dpop.read(head, presented.digest(), now)?;
                let token = self.verified(scheme, presented, now).await?;
                self.prove(dpop, token, proof).await
            }
            Scheme::Bearer => {
                let token = self.verified(scheme, presented, now).await?;
                self.admit_bearer(token, head)
            }
        }
    }

    async fn verified(
        &self,
        scheme: Scheme,
        presented: PresentedToken<'_>,
        now: Timestamp,
    ) -> Result<Arc<AccessToken>, Rejection> {
        let verdict = self.policy.tokens.verify(presented, now).await;
        verdict.map_err(|error| Rejection::of_token(scheme, error))
    }

    /// The confirmation, never the client's choice of header, says what must hold; and all of it must.
    async fn prove(
        &self,
        dpop: &Dpop,
        token: Arc<AccessToken>,
        proof: UnverifiedProof<'_>,
    ) -> Result<Access, Rejection> {
        let Confirmation { jkt, .. } = self.provable(Scheme::Dpop, token.confirmation())?;
        let jkt = jkt.as_ref().ok_or(BindingError::UnboundTokenAsDpop)?;
        // RFC 9449 4.3 item 12, second half
        if proof.thumbprint() != jkt {
            return Err(BindingError::KeyMismatch.into());
        }
        // The token may have waited for keys.
        let now = self.policy.clock.now();
        let evidence = dpop.verify(proof, token.principal(), now).await?;
        Ok(Access::proven(token, evidence))
    }

    fn admit_bearer(&self, token: Arc<AccessToken>, head: &Parts) -> Result<Access, Rejection> {
        let confirmation = self.provable(Scheme::Bearer, token.confirmation())?;
        if confirmation.jkt.is_some() {
            return Err(BindingError::BoundTokenAsBearer.into());
        }
        if !self.policy.allow_unbound_tokens {
            return Err(BindingError::UnboundToken.into());
        }
        if self.policy.refuse_stray_proofs && has_proof(&head.headers) {
            return Err(BindingError::StrayProof.into());
        }
        Ok(Access::unproven(token))
    }

    /// Refuses what could not be shown here, whatever else the token is bound to.
    fn provable<'t>(
        &self,
        scheme: Scheme,
        confirmation: &'t Confirmation,
    ) -> Result<&'t Confirmation, BindingError> {
        let ignorable = &self.policy.ignored_confirmation_members;
        let nothing_known = confirmation.jkt.is_none() && confirmation.x5t_s256.is_none();
        // What may be ignored beside a proof does not stand in for one.
        let is_in_the_way = |name: &&str| nothing_known || !ignorable.contains(*name);
        let unknown = confirmation.unknown.iter().map(String::as_str);
        let unknown: Vec<_> = unknown.filter(is_in_the_way).collect();
        if !unknown.is_empty() {
            let members = Excerpt::of(&unknown.join(" "));
            return Err(BindingError::UnknownConfirmation { scheme, members });
        }
        if confirmation.x5t_s256.is_some() {
            return Err(BindingError::CertificateNotSeen(scheme));
        }
        Ok(confirmation)
    }
}

/// RFC 8470 section 5.1: any value but 1 is no statement; a repeated one counts as one that says 1.
fn is_early_data(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(EARLY_DATA).iter();
    values.any(|value| value == "1")
}

const EARLY_DATA: HeaderName = HeaderName::from_static("early-data");
