//! Providers: how each writes its access tokens, and how to configure an issuer for it.
//!
//! This module defines no items. [`Dialect`] has the rules; this page has what an operator must know besides: the
//! spelling of the issuer, the audience, and whether the provider binds tokens to their sender. Without a binding a
//! token is a bearer token, which the guard accepts only with [`GuardBuilder::allow_unbound_tokens`].
//!
//! ```
//! use sender_constraint::ConfigError;
//! use sender_constraint::keys::StaticKeys;
//! use sender_constraint::token::{Dialect, Issuer, JwtVerifier};
//!
//! fn tokens(keys: StaticKeys) -> Result<JwtVerifier, ConfigError> {
//!     let issuer = Issuer::new("https://example.okta.com/oauth2/default", keys)?;
//!     JwtVerifier::for_issuer(issuer.dialect(Dialect::okta()), "api://default")
//! }
//! # drop(tokens);
//! ```
//!
//! `Dialect::from_name` and `FromStr` read the names in the second column, for a command line.
//!
//! | provider | name | `typ` | scopes | client | roles | bound to a key, to a certificate |
//! |---|---|---|---|---|---|---|
//! | [Auth0] | `auth0` | `JWT`, or `at+jwt` with the RFC 9068 profile | `scope` | `azp`, `client_id` | `permissions` | yes, yes |
//! | [Authlete] | `authlete` | `at+jwt` | `scope` | `client_id` | | yes, yes |
//! | [Cognito] | `cognito` | absent | `scope` | `client_id` | `cognito:groups` | no, no |
//! | [Entra ID] | `entra-id` | `JWT` | `scp` | `azp`, `appid` | `roles` | no, no |
//! | [Keycloak] | `keycloak` | `JWT`, or `at+jwt` by a setting of the client | `scope` | `azp` | `realm_access.roles` | yes, yes |
//! | [Okta] | `okta` | absent | `scp`, an array | `cid` | add one | yes, no |
//! | [Ory] | `ory` | `JWT` | `scp`, an array, or `scope` | `client_id` | add one | no, no |
//! | [ZITADEL] | `zitadel` | absent or `JWT` | `scope`, not in all versions | `client_id`, `azp` | add one | no, no |
//! | others by RFC 9068 | `rfc9068` | `at+jwt` | `scope` | `client_id` | `roles` | |
//!
//! "No" means that the provider documents no such tokens; the guard accepts a bound token of any issuer. What a
//! provider binds depends on the plan, the version and the settings of the client.
//!
//! **How far this was tested:** with tokens in the shape that each provider documents, for each an access token, an ID
//! token, a refresh token where it is a JWT, and a token for another API (`tests/vectors/dialects`, with the addresses
//! of the documents). No token of a live service is among them.
//!
//! # What a marker is for
//!
//! RFC 9068 section 4 tells access tokens from other JWTs by `typ` `at+jwt`. Most of these providers do not set it, and
//! sign ID tokens with the same keys. An ID token is not for an API: any client that the user signs in to receives one,
//! and it passes the checks of signature, issuer and expiry. Often `aud` stops it, since it names a client there, but
//! not where one registration is both client and API, and not where the operator lists a client identifier as audience.
//! Therefore each [`Dialect`] has a [`Marker`], with the reason why the provider's other tokens do not have it. Each
//! constructor says which.
//!
//! Only the check of `typ` is replaced. Signature, issuer, algorithm, audience, `exp`, `nbf`, `iat` and `cnf` are
//! checked as always. A claim that a dialect reads and that has another type is refused.
//!
//! # Auth0
//!
//! * **Issuer:** `https://{tenant}.{region}.auth0.com/`, or the custom domain, with the slash at the end.
//! * **Audience:** the identifier of the API. Without an `audience` parameter in the request the token is opaque.
//! * **Binding:** DPoP and mutual TLS are settings of API and client.
//!
//! # Authlete
//!
//! * **Issuer:** that of the service. Set an access token signature algorithm, so that tokens are JWTs.
//! * **Audience:** the resource that the client requests (RFC 8707). Without one there is no `aud`, and the token is
//!   refused.
//! * **Binding:** settings of service and client.
//!
//! # Cognito
//!
//! * **Issuer:** `https://cognito-idp.{region}.amazonaws.com/{user pool}`.
//! * **Audience:** the app client, in `client_id`, unless the client requests a resource: then `aud`. Configure each
//!   app client as an audience, and only those that this server alone serves: see [`Dialect::cognito`]. Set them with
//!   [`Issuer::audience`], so that other issuers of the same [`JwtVerifier`] do not accept these audiences too.
//! * **Binding:** none; `allow_unbound_tokens`.
//!
//! # Entra ID
//!
//! * **Issuer:** `https://login.microsoftonline.com/{tenant id}/v2.0` for tokens of version 2.0, or
//!   `https://sts.windows.net/{tenant id}/` for 1.0: the version is set in the manifest of the API, and not by the
//!   client. `common` and `organizations` are not issuers. National clouds have other hosts.
//! * **Keys:** `https://login.microsoftonline.com/{tenant id}/discovery/v2.0/keys`.
//! * **Audience:** 2.0: the client identifier of the API's registration. 1.0: that, or an Application ID URI, as the
//!   client requested it; add both.
//! * **Subject:** `sub` is another one for each API; `oid` is not. Read it with [`Claims::deserialize`].
//! * **Binding:** none by RFC 9449. Tokens with another `cnf`, such as those of signed HTTP requests, are refused.
//!
//! # Keycloak
//!
//! * **Issuer:** `https://{host}/realms/{realm}`, and `https://{host}/auth/realms/{realm}` where a relative path is
//!   configured. It is the address that the client used, unless the host name is fixed in the server's settings.
//! * **Audience:** add an audience mapper to the client or a client scope; otherwise `aud` is `account` or absent.
//! * **Binding:** DPoP and certificate-bound access tokens are settings of the client. `kc-jkt-type` in `cnf` is
//!   accepted by this dialect, if it is `DPoP`.
//! * **Claims:** a lightweight access token has few of them; roles and `sub` may be absent.
//!
//! # Okta
//!
//! * **Issuer:** `https://{domain}/oauth2/{authorization server}`, such as `https://example.okta.com/oauth2/default`.
//!   Tokens of `https://{domain}` itself are for Okta's own API.
//! * **Audience:** that of the authorization server, `api://default` for the default one. All APIs behind it share it:
//!   tell them apart by scope, or make an authorization server for each.
//! * **Binding:** "Require Demonstrating Proof of Possession" in the settings of the client.
//! * **Roles:** add the groups claim that the authorization server defines: `.add_roles(Roles::list(["groups"]))`.
//!
//! # Ory
//!
//! * **Issuer:** `https://{project}.projects.oryapis.com`, or `urls.self.issuer` of Hydra, with or without a slash as
//!   configured there. Set the access token strategy `jwt`.
//! * **Audience:** empty, unless the client is allowed one and requests it (`audience`).
//! * **Binding:** none; `allow_unbound_tokens`.
//! * **Roles:** `.add_roles(Roles::list(["ext", "roles"]))`, if the consent application sets them.
//!
//! # ZITADEL
//!
//! * **Issuer:** `https://{instance}.zitadel.cloud`, or the custom domain. Set the access token type JWT.
//! * **Audience:** the project's identifier, a number. Clients of other projects can request it by the scope
//!   `urn:zitadel:iam:org:project:id:{project}:aud`: check roles as well.
//! * **Binding:** none; `allow_unbound_tokens`.
//! * **Roles:** `.add_roles(Roles::keys(["urn:zitadel:iam:org:project:{project}:roles"]))`, with your project's
//!   identifier and never without one: see [`Dialect::zitadel`].
//!
//! # Another provider
//!
//! Decode an access token and an ID token of the same login, and find what the first has and the second cannot have.
//! Pass it as [`Marker`] to [`Dialect::custom`], and test that the ID token is refused, with its `aud` set to your API.
//!
//! [Auth0]: #auth0
//! [Authlete]: #authlete
//! [Cognito]: #cognito
//! [Entra ID]: #entra-id
//! [Keycloak]: #keycloak
//! [Okta]: #okta
//! [Ory]: #ory
//! [ZITADEL]: #zitadel
//! [`Claims::deserialize`]: crate::token::Claims::deserialize
//! [`Dialect`]: crate::token::Dialect
//! [`Dialect::cognito`]: crate::token::Dialect::cognito
//! [`Dialect::custom`]: crate::token::Dialect::custom
//! [`Dialect::zitadel`]: crate::token::Dialect::zitadel
//! [`GuardBuilder::allow_unbound_tokens`]: crate::GuardBuilder::allow_unbound_tokens
//! [`Issuer::audience`]: crate::token::Issuer::audience
//! [`JwtVerifier`]: crate::token::JwtVerifier
//! [`Marker`]: crate::token::Marker
