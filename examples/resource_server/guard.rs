//! From the command line to a guard: every setting is checked by the library before anything is served.

use sender_constraint::jose::Algorithm;
use std::fmt::Display;

use sender_constraint::Guard;
use sender_constraint::http_client::ReqwestClient;
use sender_constraint::keys::{RemoteKeys, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};

use crate::certificates::with_certificates;
use crate::options::Options;

pub(crate) async fn guard(options: &Options) -> Result<Guard, String> {
    let mut dpop = Dpop::new(&options.origin).map_err(at("--origin"))?;
    if let Some(prefix) = &options.path_prefix {
        dpop = dpop.path_prefix(prefix).map_err(at("--path-prefix"))?;
    }
    if let Some(names) = &options.proof_algs {
        let algorithms = algorithms(names).map_err(at("--proof-algs"))?;
        dpop = dpop.algorithms(algorithms).map_err(at("--proof-algs"))?;
    }
    let mut guard = Guard::builder(tokens(options).await?).dpop(dpop);
    if options.allow_unbound {
        guard = guard.allow_unbound_tokens();
    }
    let guard = with_certificates(guard, options)?;
    guard.build().map_err(|error| error.to_string())
}

async fn tokens(options: &Options) -> Result<JwtVerifier, String> {
    let ([name, names @ ..], [audience, audiences @ ..]) =
        (options.issuer.as_slice(), options.audience.as_slice())
    else {
        return Err("--issuer and --audience are required".to_owned());
    };
    if let (Some(jwks), [_, ..]) = (&options.jwks, names) {
        return Err(format!("--jwks {jwks}: there is more than one --issuer"));
    }
    let mut tokens = JwtVerifier::for_issuer(issuer(name, options).await?, audience)
        .map_err(at("--audience"))?;
    for name in names {
        let issuer = issuer(name, options).await?;
        tokens = tokens.add_issuer(issuer).map_err(at("--issuer"))?;
    }
    for audience in audiences {
        tokens = tokens.add_audience(audience).map_err(at("--audience"))?;
    }
    Ok(tokens)
}

async fn issuer(name: &str, options: &Options) -> Result<Issuer, String> {
    let issuer = match &options.jwks {
        Some(url) if url.contains("://") => {
            let keys = RemoteKeys::from_jwks_uri(url, http_client(options)?)
                .fetch()
                .await;
            Issuer::new(name, keys.map_err(at("--jwks"))?)
        }
        Some(file) => Issuer::new(name, StaticKeys::from_file(file).map_err(at("--jwks"))?),
        None => {
            let keys = RemoteKeys::for_issuer(name, http_client(options)?);
            Issuer::new(name, keys.fetch().await.map_err(at("--issuer"))?)
        }
    };
    let mut issuer = issuer.map_err(at("--issuer"))?;
    if let Some(names) = &options.token_algs {
        let algorithms = algorithms(names).map_err(at("--token-algs"))?;
        issuer = issuer.algorithms(algorithms).map_err(at("--token-algs"))?;
    }
    if options.lenient_typ {
        issuer = issuer.accept_untyped_tokens();
    }
    Ok(issuer)
}

fn http_client(options: &Options) -> Result<ReqwestClient, String> {
    let Some(file) = &options.ca else {
        return ReqwestClient::new().map_err(|error| error.to_string());
    };
    let option = format!("--ca {file}");
    let pem = std::fs::read(file).map_err(at(&option))?;
    ReqwestClient::with_root_certificates(&pem).map_err(at(&option))
}

fn algorithms(names: &str) -> Result<Vec<Algorithm>, String> {
    let known = Algorithm::ALL.map(Algorithm::name).join(", ");
    let mut named = Vec::new();
    for name in names.split(',') {
        let algorithm = Algorithm::from_name(name);
        named.push(algorithm.ok_or_else(|| format!("{name:?} is none of {known}"))?);
    }
    Ok(named)
}

/// Puts the option in front of what is wrong with it.
pub(crate) fn at<E: Display>(option: &str) -> impl FnOnce(E) -> String {
    move |error| format!("{option}: {error}")
}
