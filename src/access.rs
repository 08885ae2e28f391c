//! The result that a handler receives: who sent the request, with which rights, and how possession was proven.

use std::fmt;
use std::sync::Arc;

use crate::credentials::Scheme;
use crate::exceptions::{Exception, Exempted};
use crate::proof::{DpopEvidence, Holder, MtlsEvidence};
use crate::refuse::{Refuse, ResponseForm};
use crate::sender::Sender;
use crate::time::Timestamp;
use crate::token::{AccessToken, Actor, AuthorizationDetail, Claims};

/// The result of an accepted request. Only a [`Guard`](crate::Guard) creates one.
///
/// Handlers read it from the request's extensions, or as an axum extractor (feature `axum`). It does not contain the
/// token, and `Debug` shows identifiers only.
///
/// ```
/// use sender_constraint::Access;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
/// }
///
/// fn handle(request: &http::Request<()>) -> Result<String, Box<dyn std::error::Error>> {
///     let access = request.extensions().get::<Access>().ok_or("no guard on this route")?;
///     if !access.has_scope("accounts:read") {
///         return Err("403".into());
///     }
///     let Tenant { tenant } = access.claims().deserialize()?;
///     Ok(format!("accounts of {:?} at {tenant}", access.subject()))
/// }
/// # assert!(handle(&http::Request::default()).is_err());
/// ```
#[derive(Clone)]
pub struct Access {
    token: Arc<AccessToken>,
    sender: Sender,
    used_rollover: bool,
    unbound_by: Option<UnboundBy>,
    scheme: Scheme,
    form: ResponseForm,
    guard: Arc<dyn Refuse>,
}

/// Why an unbound token is accepted.
#[derive(Clone)]
pub(crate) enum UnboundBy {
    Exception(Arc<Exempted>),
    /// By the setting that counts and logs it.
    Reported,
    Setting,
}

/// Proofs that satisfied the token's confirmation; none for an unbound token.
pub(crate) struct Evidence {
    pub(crate) dpop: Option<(DpopEvidence, Holder)>,
    pub(crate) mtls: Option<MtlsEvidence>,
}

/// A token whose binding holds, or that may be unbound.
pub(crate) struct Proven {
    token: Arc<AccessToken>,
    sender: Sender,
    used_rollover: bool,
    unbound_by: Option<UnboundBy>,
}

impl Proven {
    /// Takes the evidence by value: without it, a bound token results in no access.
    pub(crate) fn new(token: Arc<AccessToken>, evidence: Evidence) -> Self {
        let Evidence { dpop, mtls } = evidence;
        let key_holder = dpop.as_ref().map(|(_, holder)| *holder);
        let cert_holder = mtls.as_ref().map(|mtls| mtls.holder);
        Self {
            token,
            sender: Sender {
                jkt: dpop.map(|(dpop, _)| dpop.jkt),
                x5t_s256: mtls.map(|mtls| mtls.x5t_s256),
            },
            used_rollover: [key_holder, cert_holder].contains(&Some(Holder::Successor)),
            unbound_by: None,
        }
    }

    /// An unbound token, which nothing proves.
    pub(crate) fn unbound(token: Arc<AccessToken>, unbound_by: UnboundBy) -> Self {
        Self {
            token,
            sender: Sender::default(),
            used_rollover: false,
            unbound_by: Some(unbound_by),
        }
    }

    /// `guard` answers refusals of this request from now on.
    pub(crate) fn into_access(
        self,
        scheme: Scheme,
        form: ResponseForm,
        guard: Arc<dyn Refuse>,
    ) -> Access {
        Access {
            token: self.token,
            sender: self.sender,
            used_rollover: self.used_rollover,
            unbound_by: self.unbound_by,
            scheme,
            form,
            guard,
        }
    }
}

impl Access {
    /// The exception by which an unbound token was accepted ([`GuardBuilder::exceptions`]), if it was needed.
    ///
    /// [`GuardBuilder::exceptions`]: crate::GuardBuilder::exceptions
    #[must_use]
    pub fn exception(&self) -> Option<&Exception> {
        match &self.unbound_by {
            Some(UnboundBy::Exception(exempted)) => Some(&exempted.exception),
            _ => None,
        }
    }

    /// The token that was accepted.
    pub(crate) fn token(&self) -> &AccessToken {
        &self.token
    }

    /// Why the token was accepted, if it is unbound.
    pub(crate) const fn unbound_by(&self) -> Option<&UnboundBy> {
        self.unbound_by.as_ref()
    }

    /// Whether the successor of an allowed rollover ([`Rollovers`](crate::proof::Rollovers)) was used instead of the
    /// key or certificate that the token is bound to.
    #[must_use]
    pub const fn used_rollover(&self) -> bool {
        self.used_rollover
    }

    /// How the sender proved possession.
    #[must_use]
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }

    /// `iss`: the issuer, which asserts all other claims. A subject is meaningful only together with its issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.token.claims().issuer()
    }

    /// `sub`: a user, or with client credentials the client. Always present in RFC 9068 tokens.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.token.claims().subject()
    }

    /// The client that the token was issued to, from `client_id` or the claim that the issuer's
    /// [`Dialect`](crate::token::Dialect) names. Always present in RFC 9068 tokens, and with the dialects of this
    /// crate.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.token.claims().client_id()
    }

    /// Whether a client acts for itself, and not for a user, as with client credentials: `sub` equals the client
    /// identifier, or the issuer's [`Dialect`](crate::token::Dialect) says so in another way.
    ///
    /// A hint only: an issuer may identify clients differently in `sub`, or let a client choose the identifier of a
    /// user (RFC 9700 section 4.15). Auth0: `sub` is the client and `@clients`. Entra ID: the token has no `scp`.
    /// Keycloak and ZITADEL give the client a user of its own, with an identifier of its own in `sub`: this is false.
    #[must_use]
    pub fn is_client_only(&self) -> bool {
        self.token.claims().is_client_only()
    }

    /// The granted scopes (RFC 9068 section 2.2.3), from `scope` or the claim that the issuer's
    /// [`Dialect`](crate::token::Dialect) names.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.token.claims().scopes()
    }

    /// Whether exactly this scope was granted: compared with case, and never by prefix.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|granted| granted == scope)
    }

    /// Roles, groups or permissions (RFC 9068 section 2.2.3.1), from the claims that the issuer's
    /// [`Dialect`](crate::token::Dialect) names. They are rights of the subject; scopes are what the client may use of
    /// them.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.token.claims().roles()
    }

    /// Whether the token names exactly this role: compared with case, and never by prefix.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|each| each == role)
    }

    /// Who acts on behalf of the subject (`act`, RFC 8693 section 4.1): the current actor, then those before it. Empty
    /// if nobody does. Only the first is for access control.
    ///
    /// ```
    /// use sender_constraint::Access;
    ///
    /// fn audit(access: &Access) -> String {
    ///     let user = access.subject().unwrap_or("nobody");
    ///     match access.actors().next() {
    ///         Some(actor) => format!("{} for {user}", actor.subject().unwrap_or("unknown")),
    ///         None => user.to_owned(),
    ///     }
    /// }
    /// # drop(audit);
    /// ```
    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.token.claims().actors()
    }

    /// `authorization_details` (RFC 9396 section 9): see [`Claims::authorization_details`].
    pub fn authorization_details(&self) -> impl Iterator<Item = &AuthorizationDetail> {
        self.token.claims().authorization_details()
    }

    /// `auth_time`: when the user authenticated (RFC 9068 section 2.2.1).
    #[must_use]
    pub fn auth_time(&self) -> Option<Timestamp> {
        self.token.claims().auth_time()
    }

    /// `acr`: the authentication context class (RFC 9068 section 2.2.1).
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.token.claims().acr()
    }

    /// `amr`: the authentication methods (RFC 9068 section 2.2.1, RFC 8176).
    pub fn amr(&self) -> impl Iterator<Item = &str> {
        self.token.claims().amr()
    }

    /// `exp`. Always present in RFC 9068 tokens.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.token.claims().expires_at()
    }

    /// The authentication scheme of the token: of refusals after the check too.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub(crate) fn guard(&self) -> &dyn Refuse {
        &*self.guard
    }

    pub(crate) const fn response_form(&self) -> ResponseForm {
        self.form
    }

    /// All claims. [`Claims::deserialize`] reads them as a type of the application.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        self.token.claims()
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Access")
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .field("client_id", &self.client_id())
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}
