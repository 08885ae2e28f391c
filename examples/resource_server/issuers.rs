//! The authorization servers, their keys, and the tokens that are accepted from them.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::http_client::ReqwestClient;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeySource, RemoteKeys, RemoteKeysBuilder, StaticKeys};
use sender_constraint::token::{Issuer, JwtVerifier, TokenVerifier};

use super::at::{at, in_options};
use super::introspect;
use super::keys::Keys;
use super::options::{AuthorizationServer, Options};
use super::profile::{self, token_algorithms};

pub(crate) struct Issuers {
    pub(crate) tokens: Arc<dyn TokenVerifier>,
    /// For the summary, one text for each issuer: its name, where its keys come from, how many there are.
    pub(crate) keys: Vec<String>,
}

impl Issuers {
    pub(crate) async fn fetch(options: &Options) -> Result<Self, String> {
        let allowed = token_algorithms(options)?;
        let allowed = allowed.as_deref();
        let spellings = profile::other_spellings(options)?;
        let (options, introspection) = (&options.issuers, &options.introspection);
        let ([name, names @ ..], [audience, audiences @ ..]) =
            (options.issuer.as_slice(), options.audience.as_slice())
        else {
            return Err("--issuer and --audience are required".to_owned());
        };
        if let (Some(jwks), [_, ..]) = (&options.jwks, names) {
            return Err(format!("--jwks {jwks}: there is more than one --issuer"));
        }
        let (first, first_keys, known) = issuer(name, options, allowed).await?;
        let mut keys = vec![known];
        let mut tokens = JwtVerifier::for_issuer(first, audience).map_err(at("--audience"))?;
        for name in names {
            let (next, _, known) = issuer(name, options, allowed).await?;
            tokens = tokens.add_issuer(next).map_err(at("--issuer"))?;
            keys.push(known);
        }
        for audience in audiences.iter().chain(&spellings) {
            tokens = tokens.add_audience(audience).map_err(at("--audience"))?;
        }
        if let Some(seconds) = options.token_leeway {
            let leeway = Duration::from_secs(seconds);
            tokens = tokens.leeway(leeway).map_err(at("--token-leeway"))?;
        }
        let http = http_client(options)?;
        let tokens =
            introspect::tokens(tokens, options, introspection, (first_keys, allowed), http)?;
        Ok(Self { tokens, keys })
    }
}

/// The issuer, its keys, and a text about them.
async fn issuer(
    name: &str,
    options: &AuthorizationServer,
    allowed: Option<&[Algorithm]>,
) -> Result<(Issuer, Arc<dyn KeySource>, String), String> {
    let (source, by, known): (Arc<dyn KeySource>, _, _) = match &options.jwks {
        Some(file) if !file.contains("://") => {
            let keys = StaticKeys::from_file(file).map_err(at("--jwks"))?;
            let set = keys.key_set();
            let known = Keys {
                number: set.len(),
                algorithms: set.algorithms(),
                skipped: set.skipped().to_vec(),
            };
            (Arc::new(keys), "by --jwks", known)
        }
        Some(url) => {
            let keys = RemoteKeys::from_jwks_uri(url, http_client(options)?);
            let keys = fetched(keys, options).await.map_err(at("--jwks"))?;
            let known = known(&keys);
            (Arc::new(keys), "by --jwks", known)
        }
        None => {
            let keys = RemoteKeys::for_issuer(name, http_client(options)?);
            let keys = fetched(keys, options).await.map_err(at("--issuer"))?;
            let known = known(&keys);
            (Arc::new(keys), "by its metadata", known)
        }
    };
    let mut issuer = named(name, Arc::clone(&source), options)?;
    if let Some(allowed) = allowed {
        let allowed = allowed.iter().copied();
        issuer = issuer.algorithms(allowed).map_err(at("--token-algs"))?;
    }
    issuer = issuer.dialect(options.dialect.clone());
    if options.lenient_typ {
        issuer = issuer.accept_untyped_tokens();
    }
    let keys = known.described(allowed.unwrap_or(&Algorithm::TOKEN_DEFAULT));
    Ok((issuer, source, format!("{name}; {by} {keys}")))
}

async fn fetched(
    keys: RemoteKeysBuilder,
    options: &AuthorizationServer,
) -> Result<RemoteKeys, ConfigError> {
    let keys = if options.insecure_http_issuer {
        keys.allow_insecure_http()
    } else {
        keys
    };
    if options.lazy_keys {
        keys.lazy()
    } else {
        keys.fetch().await
    }
}

fn named(
    name: &str,
    keys: impl KeySource,
    options: &AuthorizationServer,
) -> Result<Issuer, String> {
    let issuer = if options.insecure_http_issuer {
        Issuer::over_insecure_http(name, keys)
    } else {
        Issuer::new(name, keys)
    };
    issuer.map_err(at("--issuer"))
}

fn known(keys: &RemoteKeys) -> Keys {
    let status = keys.status();
    Keys {
        number: status.keys(),
        algorithms: status.algorithms().to_vec(),
        skipped: status.skipped().to_vec(),
    }
}

fn http_client(options: &AuthorizationServer) -> Result<ReqwestClient, String> {
    let Some(file) = &options.ca else {
        return ReqwestClient::new().map_err(in_options);
    };
    let option = format!("--ca {file}");
    let pem = std::fs::read(file).map_err(at(&option))?;
    ReqwestClient::with_root_certificates(&pem).map_err(at(&option))
}

pub(crate) fn algorithms(names: &str) -> Result<Vec<Algorithm>, String> {
    let known = Algorithm::ALL.map(Algorithm::name).join(", ");
    let mut named = Vec::new();
    for name in names.split(',') {
        let algorithm = Algorithm::from_name(name);
        named.push(algorithm.ok_or_else(|| format!("{name:?} is none of {known}"))?);
    }
    Ok(named)
}
