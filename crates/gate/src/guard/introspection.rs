//! Introspection of opaque tokens and of JWTs (RFC 7662, RFC 9701).

use std::sync::Arc;

use sender_constraint::client_auth::{ClientAuthentication, PrivateKeyJwt, TlsClientAuth};
use sender_constraint::config::GuardConfig;
use sender_constraint::http_client::ReqwestClient;
use sender_constraint::token::{Hybrid, Introspection, JwtVerifier, TokenVerifier};

use super::issuers::GateKeys;
use crate::config::{Config, Introspect, IntrospectedTokens, Issuers, SettingError};

/// Verifies tokens as `introspection.tokens` says.
pub(super) fn tokens(
    config: &Config,
    guard: &GuardConfig,
    settings: &Introspect,
    jwt: JwtVerifier,
    keys: &GateKeys,
) -> Result<Arc<dyn TokenVerifier>, SettingError> {
    let http = guard.http_client();
    let http = http.map_err(|error| config.places.locate(&error))?;
    let tokens = introspection(&config.issuers, settings, http, keys)?;
    Ok(match settings.tokens {
        IntrospectedTokens::All => Arc::new(tokens),
        IntrospectedTokens::Jwt => {
            let hybrid = Hybrid::new(jwt, tokens);
            Arc::new(hybrid.map_err(|error| settings.client_id.refuse(error))?)
        }
    })
}

fn introspection(
    issuers: &Issuers,
    settings: &Introspect,
    http: ReqwestClient,
    keys: &GateKeys,
) -> Result<Introspection, SettingError> {
    let (issuer, audience) = (&issuers.first, &issuers.audience);
    if let Some(other) = issuers.others.first() {
        return Err(other.name.refuse(
            "introspection is for one `[[issuer]]`: an opaque token names no issuer, and would be shown to several",
        ));
    }
    let (client, http) = client(settings, http)?;
    let tokens = Introspection::new(&issuer.name.value, &audience.value, client, http);
    let mut tokens = tokens.map_err(|error| issuer.name.refuse(error))?;
    for audience in &issuers.other_audiences {
        tokens = audience.read(|audience| tokens.add_audience(audience))?;
    }
    if let Some(endpoint) = &settings.endpoint {
        tokens = endpoint.read(|url| tokens.endpoint(url))?;
    }
    if settings.require_signed_responses
        && let Some(keys) = keys.iter().next()
    {
        let signed = tokens.require_signed_responses(keys.source());
        tokens = signed.map_err(|error| settings.client_id.refuse(error))?;
        if let Some(algorithms) = &issuer.algorithms {
            tokens = algorithms.read(|named| tokens.response_algorithms(named.iter().copied()))?;
        }
    }
    if let Some(age) = &settings.cache {
        tokens = age.read(|age| tokens.cache(|cache| cache.max_age(*age)))?;
    }
    Ok(tokens)
}

/// How the gate authenticates to the introspection endpoint.
fn client(
    settings: &Introspect,
    http: ReqwestClient,
) -> Result<(ClientAuthentication, ReqwestClient), SettingError> {
    let id = &settings.client_id;
    if let Some(file) = &settings.client_key {
        let client = file.read(|file| {
            let jwk =
                std::fs::read_to_string(file).map_err(|error| format!("{file:?}: {error}"))?;
            PrivateKeyJwt::from_jwk(&id.value, &jwk).map_err(|error| error.to_string())
        })?;
        return Ok((client.into(), http));
    }
    let http = match &settings.client_certificate {
        None => http,
        Some(file) => file.read(|file| {
            let pem = std::fs::read(file).map_err(|error| format!("{file:?}: {error}"))?;
            http.with_client_certificate(&pem, b"")
                .map_err(|error| error.to_string())
        })?,
    };
    Ok((id.read(|id| TlsClientAuth::new(id))?.into(), http))
}
