//! The authorization servers, their keys, and the tokens that are accepted from them.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::KeySource;
use sender_constraint::token::{Issuer, JwtVerifier, TokenVerifier};

use super::at::at;
use super::introspect;
use super::key_sources::{Found, http_client, source};
use super::options::{AuthorizationServer, Options};
use super::profile::{self, token_algorithms};

pub(crate) struct Issuers {
    pub(crate) tokens: Arc<dyn TokenVerifier>,
    /// For the summary, one text for each issuer: its name, where its keys come from, how many there are.
    pub(crate) keys: Vec<String>,
}

impl Issuers {
    /// With no key but those in files: to check the options.
    pub(crate) fn unfetched(options: &Options) -> Result<Self, String> {
        let names = options.issuers.issuer.iter();
        let sources = names.map(|name| source(name, &options.issuers)?.unfetched());
        Self::of(options, sources.collect::<Result<_, _>>()?)
    }

    pub(crate) async fn fetch(options: &Options) -> Result<Self, String> {
        let mut sources = Vec::new();
        for name in &options.issuers.issuer {
            let source = source(name, &options.issuers)?;
            sources.push(if options.issuers.lazy_keys {
                source.unfetched()?
            } else {
                source.fetch().await?
            });
        }
        Self::of(options, sources)
    }

    fn of(options: &Options, sources: Vec<Found>) -> Result<Self, String> {
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
        let mut sources = sources.into_iter();
        let mut next = || sources.next().ok_or("expected the keys of each --issuer");
        let found = next()?;
        let first = issuer(name, &found, options, allowed)?;
        let mut keys = vec![found.described(name, allowed)];
        let mut tokens = JwtVerifier::for_issuer(first, audience).map_err(at_audience)?;
        for name in names {
            let found = next()?;
            let next = issuer(name, &found, options, allowed)?;
            tokens = tokens.add_issuer(next).map_err(at("--issuer"))?;
            keys.push(found.described(name, allowed));
        }
        for audience in audiences.iter().chain(&spellings) {
            tokens = tokens.add_audience(audience).map_err(at_audience)?;
        }
        if let Some(seconds) = options.token_leeway {
            let leeway = Duration::from_secs(seconds);
            tokens = tokens.leeway(leeway).map_err(at("--token-leeway"))?;
        }
        let http = http_client(options)?;
        let tokens =
            introspect::tokens(tokens, options, introspection, (found.keys, allowed), http)?;
        Ok(Self { tokens, keys })
    }
}

/// The option may be repeated, and a variable has a list.
pub(crate) fn at_audience(error: ConfigError) -> String {
    let separated = match &error {
        ConfigError::Audience(_) => "; elements of the list are separated by spaces",
        _ => "",
    };
    format!("{}{separated}", at("--audience")(error))
}

/// The issuer with its keys.
fn issuer(
    name: &str,
    found: &Found,
    options: &AuthorizationServer,
    allowed: Option<&[Algorithm]>,
) -> Result<Issuer, String> {
    let mut issuer = named(name, Arc::clone(&found.keys), options)?;
    if let Some(allowed) = allowed {
        let allowed = allowed.iter().copied();
        issuer = issuer.algorithms(allowed).map_err(at("--token-algs"))?;
    }
    issuer = issuer.dialect(options.dialect.clone());
    if options.lenient_typ {
        issuer = issuer.accept_untyped_tokens();
    }
    Ok(issuer)
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

pub(crate) fn algorithms(names: &str) -> Result<Vec<Algorithm>, String> {
    let known = Algorithm::ALL.map(Algorithm::name).join(", ");
    let mut named = Vec::new();
    for name in names.split(',') {
        let algorithm = Algorithm::from_name(name);
        named.push(algorithm.ok_or_else(|| format!("{name:?} is none of {known}"))?);
    }
    Ok(named)
}
