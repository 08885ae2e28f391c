//! What the handshake requests of a client's certificate, and the limits on what a client sends.

use super::mtls_connection::{presented, refused};
use crate::tls::*;
use rcgen::{CustomExtension, KeyPair};
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;
use rustls::{DistinguishedName, SignatureScheme};
use sender_constraint::cert::ClientCertPolicy;
use std::sync::Arc;

#[tokio::test]
async fn clients_choose_a_certificate_by_the_authorities_that_the_server_names() {
    let (server, authority) = (Identity::self_signed(), Authority::new());
    let identity = authority.issue(&params());
    let verified = format!("{} verified", identity.thumbprint());
    for (policy, expected) in [
        (authority.clients(), verified.as_str()),
        (ClientCertPolicy::any(), "none"),
    ] {
        let address = serve(mutual_tls(&server, policy)).await;
        for version in VERSIONS {
            let mut config = client(&server, version, Some(&identity));
            config.client_auth_cert_resolver = Arc::new(OnlyFor {
                authorities: roots(&authority.certificate).subjects(),
                certificates: Arc::clone(&config.client_auth_cert_resolver),
            });
            let (_, seen) = ask(address, &Arc::new(config)).await.unwrap();
            assert_eq!(seen, expected);
        }
    }
}

/// Presents certificates only to servers that name one of these authorities.
#[derive(Debug)]
struct OnlyFor {
    authorities: Vec<DistinguishedName>,
    certificates: Arc<dyn ResolvesClientCert>,
}

impl ResolvesClientCert for OnlyFor {
    fn resolve(&self, named: &[&[u8]], of: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let mut authorities = self.authorities.iter();
        let is_known = authorities.any(|name| named.contains(&name.as_ref()));
        self.certificates.resolve(named, of).filter(|_| is_known)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn certificates_over_the_limit_do_not_connect() {
    for (bytes, fits) in [(16 * 1024, true), (16 * 1024 + 1, false)] {
        let client = identity_of(bytes);
        for version in VERSIONS {
            let seen = presented(ClientCertPolicy::any(), version, Some(&client)).await;
            if fits {
                assert_eq!(seen.unwrap(), client.thumbprint());
            } else {
                refused(seen, "AccessDenied");
            }
        }
    }
}

/// A certificate of exactly so many bytes: signatures of Ed25519 have one length.
fn identity_of(bytes: usize) -> Identity {
    let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let padded = |padding| {
        let mut params = params();
        params.serial_number = Some(1.into());
        let content = vec![0; padding];
        params.custom_extensions = vec![CustomExtension::from_oid_content(&OID, content)];
        params.self_signed(&key).unwrap().der().clone()
    };
    let missing = bytes - padded(MOST_OF_IT).len();
    let certificate = padded(MOST_OF_IT + missing);
    assert_eq!(certificate.len(), bytes);
    Identity::new(certificate, key)
}

#[tokio::test]
async fn chains_over_the_limit_do_not_connect() {
    let mut client = Identity::self_signed();
    for (intermediates, fits) in [(10, true), (11, false)] {
        client.intermediates = vec![Identity::self_signed().certificate; intermediates];
        for version in VERSIONS {
            let seen = presented(ClientCertPolicy::any(), version, Some(&client)).await;
            if fits {
                assert_eq!(seen.unwrap(), client.thumbprint());
            } else {
                refused(seen, "AccessDenied");
            }
        }
    }
}

/// Of no extension that anybody reads.
const OID: [u64; 7] = [1, 3, 6, 1, 4, 1, 9];
const MOST_OF_IT: usize = 15 * 1024;
