//! TLS by rustls: its provider, and whether certificates can be read.

use redis::cluster::ClusterClientBuilder;
use redis::{Client, ClientTlsConfig, ConnectionInfo, RedisResult, TlsCertificates};
use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::certificates::Certificates;
use crate::config_error::ConfigError;

pub(super) fn client(info: ConnectionInfo, certificates: &Certificates) -> RedisResult<Client> {
    Client::build_with_tls(info, for_client(certificates))
}

pub(super) fn cluster(
    builder: ClusterClientBuilder,
    certificates: &Certificates,
) -> ClusterClientBuilder {
    builder.certs(for_client(certificates))
}

fn for_client(certificates: &Certificates) -> TlsCertificates {
    let client = certificates.client.clone();
    TlsCertificates {
        client_tls: client.map(|(client_cert, client_key)| ClientTlsConfig {
            client_cert,
            client_key,
        }),
        root_cert: certificates.roots.clone(),
    }
}

/// The client library takes the provider of the process.
pub(super) fn ensure_provider() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been first; its provider serves as well.
        let _ = aws_lc_rs::default_provider().install_default();
    }
}

pub(super) fn check_roots(pem: &[u8]) -> Result<(), ConfigError> {
    let refuse = |reason: String| ConfigError::Certificate {
        setting: "`Servers::root_certificates`",
        expected: "at least one certificate",
        reason,
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| refuse(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| refuse(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(refuse("there is none".to_owned()));
    }
    Ok(())
}

pub(super) fn check_client(chain: &[u8], key: &[u8]) -> Result<(), ConfigError> {
    let refuse = |expected, reason| ConfigError::Certificate {
        setting: "`Servers::client_certificate`",
        expected,
        reason,
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain).collect();
    let chain = chain.map_err(|error| refuse(CHAIN, error.to_string()))?;
    if chain.is_empty() {
        return Err(refuse(CHAIN, "there is none".to_owned()));
    }
    // The texts of this parser do not show the key.
    let key = PrivateKeyDer::from_pem_slice(key);
    key.map(drop)
        .map_err(|error| refuse("a private key", error.to_string()))
}

const CHAIN: &str = "the chain of the client certificate";
