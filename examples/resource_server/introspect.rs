//! Introspection: opaque tokens, and JWTs that the authorization server may have revoked (RFC 7662).

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::client_auth::{ClientAuthentication, PrivateKeyJwt, TlsClientAuth};
use sender_constraint::http_client::ReqwestClient;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::KeySource;
use sender_constraint::token::{Hybrid, Introspection, JwtVerifier, TokenVerifier};

use super::at::{at, in_options};
use super::options::{AuthorizationServer, Introspect, IntrospectedTokens};

/// The keys of signed responses, and their algorithms unless they are the default ones.
type ResponseKeys<'a> = (Arc<dyn KeySource>, Option<&'a [Algorithm]>);

/// Verifies tokens as `--introspect` says. `keys` are those of the first issuer.
pub(crate) fn tokens(
    jwt: JwtVerifier,
    issuers: &AuthorizationServer,
    options: &Introspect,
    keys: ResponseKeys<'_>,
    http: ReqwestClient,
) -> Result<Arc<dyn TokenVerifier>, String> {
    let Some(which) = options.introspect else {
        return Ok(Arc::new(jwt));
    };
    let tokens = introspection(issuers, options, keys, http)?;
    Ok(match which {
        IntrospectedTokens::All => Arc::new(tokens),
        IntrospectedTokens::Jwt => Arc::new(Hybrid::new(jwt, tokens).map_err(in_options)?),
    })
}

fn introspection(
    issuers: &AuthorizationServer,
    options: &Introspect,
    keys: ResponseKeys<'_>,
    http: ReqwestClient,
) -> Result<Introspection, String> {
    let ([issuer], [audience, audiences @ ..]) =
        (issuers.issuer.as_slice(), issuers.audience.as_slice())
    else {
        return Err("--introspect: there is more than one --issuer".to_owned());
    };
    let (client, http) = client(options, http)?;
    let mut tokens = Introspection::new(issuer, audience, client, http).map_err(in_options)?;
    for audience in audiences {
        tokens = tokens.add_audience(audience).map_err(at("--audience"))?;
    }
    if let Some(url) = &options.introspection_endpoint {
        tokens = tokens
            .endpoint(url)
            .map_err(at("--introspection-endpoint"))?;
    }
    if options.require_signed_responses {
        tokens = signed(tokens, keys)?;
    }
    if let Some(seconds) = options.introspection_cache {
        let age = Duration::from_secs(seconds);
        let cached = tokens.cache(|cached| cached.max_age(age));
        tokens = cached.map_err(at("--introspection-cache"))?;
    }
    Ok(tokens)
}

fn signed(
    tokens: Introspection,
    (keys, allowed): ResponseKeys<'_>,
) -> Result<Introspection, String> {
    let signed = tokens.require_signed_responses(keys);
    let signed = signed.map_err(at("--require-signed-responses"))?;
    let Some(allowed) = allowed else {
        return Ok(signed);
    };
    let named = signed.response_algorithms(allowed.iter().copied());
    named.map_err(at("--token-algs"))
}

/// How this server authenticates to the introspection endpoint.
fn client(
    options: &Introspect,
    http: ReqwestClient,
) -> Result<(ClientAuthentication, ReqwestClient), String> {
    let id = options.client_id.as_deref().unwrap_or_default();
    match (&options.client_key, &options.client_tls) {
        (Some(file), None) => {
            let option = format!("--client-key {file}");
            let jwk = std::fs::read_to_string(file).map_err(at(&option))?;
            let client = PrivateKeyJwt::from_jwk(id, &jwk).map_err(at(&option))?;
            Ok((client.into(), http))
        }
        (None, Some(file)) => {
            let option = format!("--client-tls {file}");
            let pem = std::fs::read(file).map_err(at(&option))?;
            let http = http
                .with_client_certificate(&pem, b"")
                .map_err(at(&option))?;
            let client = TlsClientAuth::new(id).map_err(at("--client-id"))?;
            Ok((client.into(), http))
        }
        _ => Err("--introspect needs one of --client-key and --client-tls".to_owned()),
    }
}
