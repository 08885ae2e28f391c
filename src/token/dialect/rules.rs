//! The type [`Dialect`]: the rules by which the claims of one issuer are read.

use std::borrow::Cow;
use std::sync::Arc;

use super::marker::Marker;
use super::roles::Roles;

/// How an issuer writes access tokens: which claims have scope, client, audience and roles, and what distinguishes
/// access tokens from its other JWTs.
///
/// [`Issuer::dialect`](super::super::Issuer::dialect) sets it. The default, [`Dialect::rfc9068`], is the only one that
/// rests on a standard; the others rest on what the provider documents, as each says. A dialect never replaces the
/// checks of signature, issuer, expiry and audience. [`guide::providers`](crate::guide::providers) compares them.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::token::{Dialect, Issuer, JwtVerifier, Marker, Roles};
///
/// fn tokens(keycloak: StaticKeys, other: StaticKeys) -> Result<JwtVerifier, ConfigError> {
///     let keycloak = Issuer::new("https://sso.example.com/realms/main", keycloak)?
///         .dialect(Dialect::keycloak().add_roles(Roles::list(["resource_access", "api", "roles"])));
///     // A product of which this crate has no dialect.
///     let other = Issuer::new("https://as.example.com", other)?.dialect(
///         Dialect::custom("example", Marker::claim_value("token_kind", ["access"]))
///             .clients(["app_id"])
///             .scopes(["rights"])
///             .add_roles(Roles::list(["groups"])),
///     );
///     JwtVerifier::for_issuer(keycloak, "https://api.example.com")?.add_issuer(other)
/// }
/// # drop(tokens);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Dialect(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    Rfc9068,
    Untyped,
    Rules(Arc<Rules>),
}

/// Which claims must be present.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::token) enum Profile {
    /// Those of RFC 9068 section 2.2.
    Rfc9068,
    /// `client_id` or `scope`, and none of another kind of JWT unless `typ` is `at+jwt`.
    Untyped,
    /// Those that the rules name.
    Rules,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::token) struct Rules {
    pub(super) name: Cow<'static, str>,
    pub(super) profile: Profile,
    /// All must hold, unless `typ` is `at+jwt`.
    pub(super) markers: Vec<Marker>,
    /// Claims that an access token does not have, besides those of other kinds of JWT.
    pub(super) refused: Vec<String>,
    /// Claims of other kinds of JWT that an access token may have.
    pub(super) accepted: Vec<String>,
    /// The first that is present counts.
    pub(super) scopes: Vec<String>,
    /// One must be present, and all that are present must agree.
    pub(super) clients: Vec<String>,
    /// Instead of `aud`, in tokens without it.
    pub(super) audience: Option<String>,
    pub(super) roles: Vec<Roles>,
    pub(super) client_subject: ClientSubject,
    /// A member of `cnf` that confirms nothing by itself, and the value with which it is accepted.
    pub(super) confirmation: Option<(String, String)>,
}

/// How the issuer identifies a client that acts for itself, besides by `sub` that equals the client identifier.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum ClientSubject {
    ClientId,
    /// `sub` is the client identifier and this suffix.
    WithSuffix(String),
    /// The token does not have this claim.
    WithoutClaim(String),
}

impl Dialect {
    /// RFC 9068 to the letter; the default.
    ///
    /// `typ` must be `at+jwt`, and the claims of section 2.2 must be present. Scope is the string `scope`, the client
    /// `client_id`; roles are those of `roles` if it is an array of strings (section 2.2.3.1).
    pub const fn rfc9068() -> Self {
        Self(Kind::Rfc9068)
    }

    /// For [`Issuer::accept_untyped_tokens`](super::super::Issuer::accept_untyped_tokens).
    pub(in crate::token) const fn untyped() -> Self {
        Self(Kind::Untyped)
    }

    pub(super) fn with(rules: Rules) -> Self {
        Self(Kind::Rules(Arc::new(rules)))
    }

    /// The name, for logs and command lines.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Rfc9068 => RFC9068,
            Kind::Untyped => "untyped",
            Kind::Rules(rules) => &rules.name,
        }
    }

    pub(super) fn rules(&self) -> Option<&Rules> {
        match &self.0 {
            Kind::Rfc9068 | Kind::Untyped => None,
            Kind::Rules(rules) => Some(rules),
        }
    }

    /// The dialect with changed rules.
    pub(super) fn changed(self, change: impl FnOnce(&mut Rules)) -> Self {
        let profile = self.profile();
        let mut rules = match self.0 {
            Kind::Rules(rules) => Arc::unwrap_or_clone(rules),
            Kind::Rfc9068 | Kind::Untyped => Rules {
                profile,
                ..Rules::new(RFC9068, vec![Marker::header_type()])
            },
        };
        change(&mut rules);
        Self::with(rules)
    }

    /// Whether a token may be without `typ`, or have `JWT` there.
    pub(in crate::token) fn accepts_untyped(&self) -> bool {
        match &self.0 {
            Kind::Rfc9068 => false,
            Kind::Untyped => true,
            Kind::Rules(rules) => !rules.markers.iter().any(Marker::is_header_type),
        }
    }

    pub(in crate::token) fn profile(&self) -> Profile {
        match &self.0 {
            Kind::Rfc9068 => Profile::Rfc9068,
            Kind::Untyped => Profile::Untyped,
            Kind::Rules(rules) => rules.profile,
        }
    }
}

/// [`Dialect::rfc9068`].
impl Default for Dialect {
    fn default() -> Self {
        Self::rfc9068()
    }
}

impl Rules {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, markers: Vec<Marker>) -> Self {
        Self {
            name: name.into(),
            profile: Profile::Rules,
            markers,
            refused: Vec::new(),
            accepted: Vec::new(),
            scopes: vec!["scope".to_owned()],
            clients: vec!["client_id".to_owned()],
            audience: None,
            roles: Vec::new(),
            client_subject: ClientSubject::ClientId,
            confirmation: None,
        }
    }
}

pub(super) const RFC9068: &str = "rfc9068";
