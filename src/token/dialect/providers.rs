//! The dialects of providers, from the claims that each documents, with the reason why its marker is no weaker than
//! `typ` (RFC 9068 section 4 item 1).

use super::marker::Marker;
use super::roles::Roles;
use super::rules::Dialect;

impl Dialect {
    /// Auth0, with its own token profile or its RFC 9068 profile.
    ///
    /// Scope is `scope`; the client is `azp` or `client_id`; roles are `permissions` (with RBAC enabled), since they
    /// are those of the user and not limited to what the client was granted. The issuer ends with a slash. A client
    /// acts for itself if `sub` is its identifier and `@clients`.
    ///
    /// **Marker:** `azp` or `client_id`, and one of `scope`, `gty` and `permissions`; no `sid`. ID tokens have none of
    /// the former, and Auth0 reserves all but `scope`, so that no action or rule adds them. An ID token also names a
    /// client in `aud`, never an API.
    pub fn auth0() -> Self {
        Self::custom(
            "auth0",
            Marker::claim_present(["scope", "gty", "permissions"]),
        )
        .clients(["azp", "client_id"])
        .refuse_claim("sid")
        .add_roles(Roles::list(["permissions"]))
        .client_subject_suffix("@clients")
    }

    /// Authlete, with access tokens as JWTs.
    ///
    /// Scope is `scope`, the client is `client_id`; `sub` is absent with client credentials. `aud` is present only if
    /// the client requests a resource (RFC 8707).
    ///
    /// **Marker:** `typ` `at+jwt`, as in RFC 9068; only the claims that are required differ.
    pub fn authlete() -> Self {
        Self::custom("authlete", Marker::header_type())
    }

    /// Amazon Cognito user pools.
    ///
    /// Scope is `scope`, the client is `client_id`, roles are `cognito:groups`.
    ///
    /// **Marker:** `token_use` `access`. Every token of a user pool that is a signed JWT has the claim, and ID tokens
    /// have `id` there. Refresh tokens are encrypted.
    ///
    /// **Audience.** Access tokens have `aud` only if the client requests a resource. Without it `client_id` is
    /// compared with the configured audiences. *This is weaker than `aud`:* it says who requested the token, and not
    /// for which server. Configure ([`JwtVerifier::add_audience`](crate::token::JwtVerifier::add_audience)) app clients
    /// that this server alone serves, or check a scope of its own resource server. The identifiers are made by Cognito,
    /// so that no client chooses one.
    pub fn cognito() -> Self {
        Self::custom("cognito", Marker::claim_value("token_use", ["access"]))
            .accept_audience_in("client_id")
            .add_roles(Roles::list(["cognito:groups"]))
    }

    /// Microsoft Entra ID, with access tokens of version 1.0 or 2.0 for an API that is registered by its operator.
    ///
    /// Scope is `scp`; the client is `azp` (2.0) or `appid` (1.0); roles are `roles`: permissions of the application or
    /// roles of the user. A client acts for itself if the token has no `scp`, which only tokens for users have. An
    /// application without any role is refused: Entra ID issues such tokens to every application of the tenant.
    ///
    /// The issuer names the tenant, and is that of the token's version:
    /// `https://login.microsoftonline.com/{tenant}/v2.0` or `https://sts.windows.net/{tenant}/`. All tenants share
    /// their keys, so that the issuer alone tells them apart: configure each tenant as an
    /// [`Issuer`](crate::token::Issuer).
    ///
    /// **Marker:** `azp` or `appid`, `scp` or `roles`, and `ver` `1.0` or `2.0`. ID tokens can have `roles` and `ver`,
    /// but neither `azp` nor `appid`; this matters where one registration is both client and API, and its ID tokens
    /// have the same `aud` as its access tokens.
    pub fn entra_id() -> Self {
        Self::custom("entra-id", Marker::claim_present(["scp", "roles"]))
            .require(Marker::claim_value("ver", ["1.0", "2.0"]))
            .clients(["azp", "appid"])
            .scopes(["scp"])
            .add_roles(Roles::list(["roles"]))
            .client_subject_without("scp")
    }

    /// Keycloak.
    ///
    /// Scope is `scope`, the client is `azp`, roles are those of the realm (`realm_access.roles`). Add those of one
    /// client with [`Dialect::add_roles`] and `Roles::list(["resource_access", "my-api", "roles"])`. `aud` needs an
    /// audience mapper. Recent versions add `kc-jkt-type` to `cnf`, which says what `jkt` is the thumbprint of; a token
    /// is refused unless that is a DPoP key.
    ///
    /// **Marker:** the claim `typ` `Bearer`, or `DPoP` in tokens that are bound to a key. Every token of Keycloak has
    /// the claim: ID tokens have `ID`, refresh tokens `Refresh` or `Offline`, logout tokens `Logout`. It states the
    /// kind as `typ` in the header would, under the same signature. `nonce` is accepted, since versions before 25 put
    /// it into access tokens as well.
    pub fn keycloak() -> Self {
        Self::custom("keycloak", Marker::claim_value("typ", ["Bearer", "DPoP"]))
            .accept_foreign_claim("nonce")
            .accept_confirmation_member("kc-jkt-type", "DPoP")
            .clients(["azp"])
            .add_roles(Roles::list(["realm_access", "roles"]))
    }

    /// Okta, with a custom authorization server.
    ///
    /// Scope is the array `scp`, the client is `cid`. Groups are in a claim that the operator names: add it with
    /// [`Dialect::add_roles`]. `sub` is the login of a user, which can change; `uid` does not.
    ///
    /// Tokens of the org authorization server are for Okta's own API and change without notice.
    ///
    /// **Marker:** `cid` and `scp`. ID tokens have neither, and name a client in `aud`, never an API. Refresh tokens
    /// are opaque.
    pub fn okta() -> Self {
        Self::custom("okta", Marker::claim_present(["scp"]))
            .clients(["cid"])
            .scopes(["scp"])
    }

    /// Ory Hydra and Ory Network, with the access token strategy `jwt`.
    ///
    /// Scope is the array `scp`, or `scope` with another scope claim strategy; the client is `client_id`. `aud` is
    /// empty unless the client requests an audience. Roles are in a claim that the operator allows at the top level, or
    /// in `ext`: add it with [`Dialect::add_roles`] and `Roles::list(["ext", "roles"])`.
    ///
    /// **Marker:** `client_id`, and `scp` or `scope`; no `rat`. ID tokens have neither of the former unless the consent
    /// application adds both, have `rat`, and name a client in `aud`. Refresh tokens are opaque.
    pub fn ory() -> Self {
        Self::custom("ory", Marker::claim_present(["scp", "scope"]))
            .refuse_claim("rat")
            .scopes(["scp", "scope"])
    }

    /// ZITADEL, with access tokens of type JWT.
    ///
    /// The client is `client_id` or `azp`; scope is `scope`, which not all versions put into tokens. No roles are read
    /// until configured: add those of your project with [`Dialect::add_roles`] and
    /// `Roles::keys(["urn:zitadel:iam:org:project:4711:roles"])`. The claim without the project's identifier has the
    /// roles of the client's project, which need not be yours. A role may have been granted in any organization: the
    /// claim's values name them.
    ///
    /// **Marker:** `jti`, and neither `acr`, `amr`, `auth_time` nor the hashes of an ID token. ZITADEL documents `jti`
    /// for access tokens alone and `auth_time` for ID tokens alone; both are signed with one key, and both can have the
    /// same `aud`. Refresh tokens are opaque.
    pub fn zitadel() -> Self {
        Self::custom("zitadel", Marker::claim_present(["jti"]))
            .refuse_claim("acr")
            .refuse_claim("amr")
            .refuse_claim("auth_time")
            .clients(["client_id", "azp"])
    }
}
