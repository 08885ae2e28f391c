//! The settings of issuers and their access tokens.

use serde::Deserialize;

/// An authorization server whose tokens are accepted ([`Issuer`](crate::token::Issuer)).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct IssuerConfig {
    /// Its identifier, spelled as `iss` in its tokens. Required.
    pub name: String,
    /// A file with its JWK set, or an `https` URL of one, instead of the key set that its metadata names.
    pub jwks: Option<String>,
    /// How it writes its tokens, by [`Dialect::name`](crate::token::Dialect::name): `rfc9068` (the default), `auth0`,
    /// `authlete`, `cognito`, `entra-id`, `keycloak`, `okta`, `ory` or `zitadel`.
    pub dialect: Option<String>,
    /// The algorithms of its tokens, instead of
    /// [`Algorithm::TOKEN_DEFAULT`](crate::jose::Algorithm::TOKEN_DEFAULT). An empty list is the default.
    pub algorithms: Vec<String>,
    /// Accepts tokens whose `typ` is `JWT` or absent
    /// ([`Issuer::accept_untyped_tokens`](crate::token::Issuer::accept_untyped_tokens)). Not beside `dialect`,
    /// which says what it accepts.
    pub accept_untyped_tokens: bool,
    /// Accepts the identifier, and fetches metadata and keys, over plain `http` in a private network: whoever can change
    /// a response can issue tokens.
    pub insecure_http: bool,
}

impl IssuerConfig {
    /// An issuer with this identifier, whose keys are found by its metadata.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// How access tokens are verified, whoever issued them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TokensConfig {
    /// The names of this API in `aud`, any of which is accepted. Without one, the audience is the origin (RFC 9068 section
    /// 4: the identifier by which the resource server is known; RFC 8707 takes its address), of several origins each, with
    /// scheme and host in lower case, and without a default port and a final slash.
    pub audiences: Vec<String>,
    /// A PEM file with authorities that are trusted besides those of the system, where keys are fetched.
    pub ca: Option<String>,
    /// How far clocks may differ for `exp` and `nbf`: 30 s by default, at most 300 s.
    pub leeway_seconds: Option<u64>,
    /// Builds the guard before keys can be fetched; requests are answered with 503 until then.
    pub start_without_keys: bool,
}
