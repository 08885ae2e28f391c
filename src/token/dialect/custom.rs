//! Dialects of one's own, and changes to the ready-made ones.

use super::marker::Marker;
use super::roles::Roles;
use super::rules::{ClientSubject, Dialect, Rules};

impl Dialect {
    /// A dialect with `scope`, `client_id`, `aud`, and no roles, until changed.
    ///
    /// `marker` tells access tokens from the issuer's other JWTs where `typ` in the header is absent or `JWT`. Claims
    /// of other kinds of JWT are refused as well: `nonce`, `at_hash`, `c_hash`, `s_hash`, `events`,
    /// `token_introspection`, `status_list`, `htm` and `htu`. `name` appears in error messages.
    pub fn custom(name: impl Into<String>, marker: Marker) -> Self {
        Self::with(Rules::new(name.into(), vec![marker]))
    }

    /// Like [`Self::custom`], without a marker: accepts every JWT of the issuer for this audience that has a client and
    /// no claim of another kind of JWT.
    ///
    /// An ID token or refresh token that meets this is accepted as an access token. For issuers that issue nothing but
    /// access tokens.
    pub fn custom_accepting_any_jwt(name: impl Into<String>) -> Self {
        Self::with(Rules::new(name.into(), Vec::new()))
    }

    /// Requires another marker. All markers must hold.
    pub fn require(self, marker: Marker) -> Self {
        self.changed(|rules| rules.markers.push(marker))
    }

    /// Refuses tokens with this claim, unless their `typ` is `at+jwt`.
    pub fn refuse_claim(self, claim: impl Into<String>) -> Self {
        self.changed(|rules| rules.refused.push(claim.into()))
    }

    /// Accepts this claim, although tokens of another kind have it: `nonce`, for example. The markers alone then tell
    /// the kinds apart.
    pub fn accept_foreign_claim(self, claim: impl Into<String>) -> Self {
        self.changed(|rules| rules.accepted.push(claim.into()))
    }

    /// Reads scopes from the first of these claims that the token has: a string separated by spaces, or an array.
    pub fn scopes(self, claims: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.changed(|rules| rules.scopes = claims.into_iter().map(Into::into).collect())
    }

    /// Reads the client identifier from these claims. A token must have one of them, and if it has more, they must be
    /// equal. With an empty list the client remains unknown.
    pub fn clients(self, claims: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.changed(|rules| rules.clients = claims.into_iter().map(Into::into).collect())
    }

    /// Reads roles from this claim as well.
    ///
    /// Roles from several claims are not told apart by [`Access::roles`](crate::Access::roles): do not add those of
    /// another application.
    pub fn add_roles(self, roles: Roles) -> Self {
        self.changed(|rules| rules.roles.push(roles))
    }

    /// Compares this claim with the configured audiences, in tokens without `aud`. Such a token does not say for which
    /// server it is (RFC 9068 section 3): see [`Dialect::cognito`].
    pub fn accept_audience_in(self, claim: impl Into<String>) -> Self {
        self.changed(|rules| rules.audience = Some(claim.into()))
    }

    /// Accepts this member of `cnf` if it has this value and `cnf` also has `jkt` or `x5t#S256`, which it describes.
    /// With another value it is an unknown member, and the guard refuses the token.
    pub fn accept_confirmation_member(
        self,
        member: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.changed(|rules| rules.confirmation = Some((member.into(), value.into())))
    }

    /// Takes tokens whose `sub` is the client identifier and this suffix for those of a client that acts for itself
    /// ([`Access::is_client_only`](crate::Access::is_client_only)).
    pub fn client_subject_suffix(self, suffix: impl Into<String>) -> Self {
        self.changed(|rules| rules.client_subject = ClientSubject::WithSuffix(suffix.into()))
    }

    /// Takes tokens without this claim for those of a client that acts for itself
    /// ([`Access::is_client_only`](crate::Access::is_client_only)).
    pub fn client_subject_without(self, claim: impl Into<String>) -> Self {
        self.changed(|rules| rules.client_subject = ClientSubject::WithoutClaim(claim.into()))
    }
}
