//! What the handshake requests of a client's certificate, and the limits on what a client sends.

use super::mtls_connection::{presented, refused};
use crate::tls::*;
use sender_constraint::cert::ClientCertPolicy;

#[tokio::test]
async fn certificates_over_the_limit_do_not_connect() {
    for (bytes, fits) in [(15 * 1024, true), (16 * 1024, false)] {
        let mut params = params();
        let extension =
            rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 9], vec![0; bytes]);
        params.custom_extensions = vec![extension];
        let client = Identity::of(&params);
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
