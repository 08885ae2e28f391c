//! Where the keys of an issuer are, and the keys that are found there.

use std::sync::Arc;

use sender_constraint::http_client::ReqwestClient;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeySource, RemoteKeys, RemoteKeysBuilder, StaticKeys};

use super::at::{at, in_options};
use super::keys::Keys;
use super::options::AuthorizationServer;

/// The keys of one issuer, not yet fetched.
pub(crate) enum Source {
    File(StaticKeys),
    /// With the option that names their place, and how the summary names it.
    Remote(RemoteKeysBuilder, &'static str, &'static str),
}

/// The keys of one issuer.
pub(crate) struct Found {
    pub(crate) keys: Arc<dyn KeySource>,
    by: &'static str,
    known: Keys,
}

pub(crate) fn source(name: &str, options: &AuthorizationServer) -> Result<Source, String> {
    let (keys, option, by) = match &options.jwks {
        Some(file) if !file.contains("://") => {
            let keys = StaticKeys::from_file(file).map_err(at("--jwks"))?;
            return Ok(Source::File(keys));
        }
        Some(url) => {
            let keys = RemoteKeys::from_jwks_uri(url, http_client(options)?);
            (keys, "--jwks", BY_JWKS)
        }
        None => {
            let keys = RemoteKeys::for_issuer(name, http_client(options)?);
            (keys, "--issuer", BY_METADATA)
        }
    };
    let keys = if options.insecure_http_issuer {
        keys.allow_insecure_http()
    } else {
        keys
    };
    Ok(Source::Remote(keys, option, by))
}

impl Source {
    pub(crate) fn unfetched(self) -> Result<Found, String> {
        match self {
            Self::File(keys) => Ok(in_file(keys)),
            Self::Remote(keys, option, by) => Ok(remote(keys.lazy().map_err(at(option))?, by)),
        }
    }

    pub(crate) async fn fetch(self) -> Result<Found, String> {
        match self {
            Self::File(keys) => Ok(in_file(keys)),
            Self::Remote(keys, option, by) => {
                Ok(remote(keys.fetch().await.map_err(at(option))?, by))
            }
        }
    }
}

impl Found {
    /// For the summary: the name of the issuer, where its keys come from, how many there are.
    pub(crate) fn described(&self, name: &str, allowed: Option<&[Algorithm]>) -> String {
        let keys = self
            .known
            .described(allowed.unwrap_or(&Algorithm::TOKEN_DEFAULT));
        format!("{name}; {} {keys}", self.by)
    }
}

fn in_file(keys: StaticKeys) -> Found {
    let set = keys.key_set();
    let known = Keys {
        number: set.len(),
        algorithms: set.algorithms(),
        skipped: set.skipped().to_vec(),
    };
    Found {
        keys: Arc::new(keys),
        by: BY_JWKS,
        known,
    }
}

fn remote(keys: RemoteKeys, by: &'static str) -> Found {
    let status = keys.status();
    let known = Keys {
        number: status.keys(),
        algorithms: status.algorithms().to_vec(),
        skipped: status.skipped().to_vec(),
    };
    Found {
        keys: Arc::new(keys),
        by,
        known,
    }
}

pub(crate) fn http_client(options: &AuthorizationServer) -> Result<ReqwestClient, String> {
    let Some(file) = &options.ca else {
        return ReqwestClient::new().map_err(in_options);
    };
    let option = format!("--ca {file}");
    let pem = std::fs::read(file).map_err(at(&option))?;
    ReqwestClient::with_root_certificates(&pem).map_err(at(&option))
}

const BY_JWKS: &str = "by --jwks";
const BY_METADATA: &str = "by its metadata";
