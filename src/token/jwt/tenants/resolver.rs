//! The [`IssuerResolver`] trait.

use std::fmt;
use std::sync::Arc;

use crate::future::MaybeReady;
use crate::token::jwt::issuer::Issuer;
use crate::unavailable::Unavailable;

/// Decides which issuers are accepted, and configures them. Used through [`TenantIssuers`](super::TenantIssuers), which
/// caches the answers and limits the calls.
///
/// # Implementing
///
/// *Security-critical:* allowing an issuer by a rule that an attacker can satisfy. `issuer` is what an unverified token
/// names: anyone chooses it. Compare it byte for byte with what the operator stored, or match it with an
/// [`IssuerPattern`](super::IssuerPattern); a prefix or substring is not enough (`https://as.example.com.evil.test`).
/// Take the addresses of keys from the operator's data; an issuer that is allowed may be fetched by its own name.
///
/// *Availability only:* not allowing an issuer. When the rule cannot be evaluated, return
/// [`Unavailable::issuer_resolver`], which is answered with 503.
///
/// Each answer is used for [`TenantIssuers::max_age`](super::TenantIssuers::max_age). Then the rule is called again,
/// with the configuration in use as `current`: return a clone of it to keep its keys, or a new configuration, whose
/// keys are fetched again. The name of the returned issuer must be `issuer`.
///
/// ```
/// # #[cfg(feature = "reqwest")]
/// # mod example {
/// use sender_constraint::Unavailable;
/// use sender_constraint::future::MaybeReady;
/// use sender_constraint::http_client::ReqwestClient;
/// use sender_constraint::keys::RemoteKeys;
/// use sender_constraint::token::{Issuer, IssuerResolver};
/// # #[derive(Debug)]
/// # struct Database;
/// # impl Database {
/// #     async fn has_issuer(&self, _: &str) -> Result<bool, std::io::Error> { Ok(true) }
/// # }
///
/// /// The issuers of the tenants that signed up.
/// #[derive(Debug)]
/// struct SignedUp(Database, ReqwestClient);
///
/// impl IssuerResolver for SignedUp {
///     fn resolve<'a>(
///         &'a self,
///         issuer: &'a str,
///         current: Option<&'a Issuer>,
///     ) -> MaybeReady<'a, Result<Option<Issuer>, Unavailable>> {
///         MaybeReady::pending(async move {
///             let unavailable = |error: String| Unavailable::issuer_resolver(error);
///             let is_known = self.0.has_issuer(issuer).await;
///             if !is_known.map_err(|error| unavailable(error.to_string()))? {
///                 return Ok(None);
///             }
///             if let Some(current) = current {
///                 return Ok(Some(current.clone()));
///             }
///             let keys = RemoteKeys::for_issuer(issuer, self.1.clone()).lazy();
///             let configured = keys.and_then(|keys| Issuer::new(issuer, keys));
///             configured.map(Some).map_err(|error| unavailable(error.to_string()))
///         })
///     }
/// }
/// # }
/// ```
pub trait IssuerResolver: fmt::Debug + Send + Sync + 'static {
    /// Returns the configuration of an issuer, or `None` if its tokens are not accepted.
    ///
    /// Start no work before the first poll: under the DPoP scheme a pending future is polled only after the proof's
    /// signature was verified.
    fn resolve<'a>(
        &'a self,
        issuer: &'a str,
        current: Option<&'a Issuer>,
    ) -> MaybeReady<'a, Result<Option<Issuer>, Unavailable>>;
}

impl<R: IssuerResolver + ?Sized> IssuerResolver for Arc<R> {
    fn resolve<'a>(
        &'a self,
        issuer: &'a str,
        current: Option<&'a Issuer>,
    ) -> MaybeReady<'a, Result<Option<Issuer>, Unavailable>> {
        (**self).resolve(issuer, current)
    }
}
