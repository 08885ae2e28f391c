//! The authorization servers, their keys, and the tokens that are accepted from them.

use std::time::Duration;

use sender_constraint::http_client::ReqwestClient;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeySet, RemoteKeys, StaticKeys};
use sender_constraint::token::{Issuer, JwtVerifier};

use super::at::{at, in_options};
use super::keys::{ObservedClient, described};
use super::options::{AuthorizationServer, Options};

pub(crate) struct Issuers {
    pub(crate) tokens: JwtVerifier,
    /// For the summary, one text for each issuer: its name, where its keys come from, how many there are.
    pub(crate) keys: Vec<String>,
}

impl Issuers {
    pub(crate) async fn fetch(options: &Options) -> Result<Self, String> {
        let options = &options.issuers;
        let ([name, names @ ..], [audience, audiences @ ..]) =
            (options.issuer.as_slice(), options.audience.as_slice())
        else {
            return Err("--issuer and --audience are required".to_owned());
        };
        if let (Some(jwks), [_, ..]) = (&options.jwks, names) {
            return Err(format!("--jwks {jwks}: there is more than one --issuer"));
        }
        let (first, keys) = issuer(name, options).await?;
        let tokens = JwtVerifier::for_issuer(first, audience).map_err(at("--audience"))?;
        let keys = vec![keys];
        let mut issuers = Self { tokens, keys };
        for name in names {
            let (next, keys) = issuer(name, options).await?;
            issuers.tokens = issuers.tokens.add_issuer(next).map_err(at("--issuer"))?;
            issuers.keys.push(keys);
        }
        for audience in audiences {
            issuers.tokens = issuers
                .tokens
                .add_audience(audience)
                .map_err(at("--audience"))?;
        }
        if let Some(seconds) = options.token_leeway {
            let leeway = Duration::from_secs(seconds);
            issuers.tokens = issuers
                .tokens
                .leeway(leeway)
                .map_err(at("--token-leeway"))?;
        }
        Ok(issuers)
    }
}

async fn issuer(name: &str, options: &AuthorizationServer) -> Result<(Issuer, String), String> {
    let (issuer, source, keys) = match &options.jwks {
        Some(url) if url.contains("://") => {
            let client = http_client(options)?;
            let keys = RemoteKeys::from_jwks_uri(url, client.clone()).fetch().await;
            let issuer = Issuer::new(name, keys.map_err(at("--jwks"))?);
            (issuer, "by --jwks", client.last_keys())
        }
        Some(file) => {
            let keys = StaticKeys::from_file(file).map_err(at("--jwks"))?;
            (Issuer::new(name, keys), "by --jwks", read(file)?)
        }
        None => {
            let client = http_client(options)?;
            let keys = RemoteKeys::for_issuer(name, client.clone()).fetch().await;
            let issuer = Issuer::new(name, keys.map_err(at("--issuer"))?);
            (issuer, "by its metadata", client.last_keys())
        }
    };
    let mut issuer = issuer.map_err(at("--issuer"))?;
    let mut allowed = Algorithm::TOKEN_DEFAULT.to_vec();
    if let Some(names) = &options.token_algs {
        allowed = algorithms(names).map_err(at("--token-algs"))?;
        let named = allowed.iter().copied();
        issuer = issuer.algorithms(named).map_err(at("--token-algs"))?;
    }
    if options.lenient_typ {
        issuer = issuer.accept_untyped_tokens();
    }
    let keys = described(&keys, &allowed);
    Ok((issuer, format!("{name}; {source} {keys}")))
}

fn read(file: &str) -> Result<KeySet, String> {
    let json = std::fs::read(file).map_err(at("--jwks"))?;
    KeySet::from_json(&json).map_err(at("--jwks"))
}

fn http_client(options: &AuthorizationServer) -> Result<ObservedClient, String> {
    let Some(file) = &options.ca else {
        return ReqwestClient::new()
            .map(ObservedClient::new)
            .map_err(in_options);
    };
    let option = format!("--ca {file}");
    let pem = std::fs::read(file).map_err(at(&option))?;
    let client = ReqwestClient::with_root_certificates(&pem).map_err(at(&option))?;
    Ok(ObservedClient::new(client))
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
