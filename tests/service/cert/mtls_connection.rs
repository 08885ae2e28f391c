//! The certificate of a TLS connection is the one whose key the client holds, and requests learn of no other.

use crate::tls::*;
use http::Request;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rcgen::{ExtendedKeyUsagePurpose, SanType};
use rustls::SupportedProtocolVersion;
use sender_constraint::cert::{
    CertError, CertSource, ClientCertPolicy, PresentedCert, TlsConnection, TlsListener,
};
use std::io;
use std::sync::Arc;

#[tokio::test]
async fn mtls_01_the_certificate_of_the_connection_is_seen() {
    for version in VERSIONS {
        let (one, other) = (Identity::self_signed(), Identity::self_signed());
        for client in [one, other] {
            let seen = presented(ClientCertPolicy::any(), version, Some(&client)).await;
            assert_eq!(seen.unwrap(), client.thumbprint());
        }
    }
}

#[tokio::test]
async fn mtls_03_a_client_may_have_no_certificate() {
    for version in VERSIONS {
        let seen = presented(ClientCertPolicy::any(), version, None).await;
        assert_eq!(seen.unwrap(), "none");
    }
}

#[tokio::test]
async fn mtls_08_a_copied_certificate_with_another_key_does_not_connect() {
    let (owner, thief) = (Identity::self_signed(), Identity::self_signed());
    let copy = owner.copied_by(&thief);
    for version in VERSIONS {
        for clients in [ClientCertPolicy::any(), ClientCertPolicy::any().required()] {
            let seen = presented(clients.clone(), version, Some(&owner)).await;
            assert_eq!(seen.unwrap(), owner.thumbprint());
            refused(
                presented(clients, version, Some(&copy)).await,
                "DecryptError",
            );
        }
    }
}

#[tokio::test]
async fn mtls_08_a_copied_certificate_does_not_connect_where_chains_are_verified() {
    let authority = Authority::new();
    let (owner, thief) = (authority.issue(&params()), authority.issue(&params()));
    let copy = owner.copied_by(&thief);
    for version in VERSIONS {
        let seen = presented(authority.clients(), version, Some(&owner)).await;
        assert_eq!(seen.unwrap(), format!("{} verified", owner.thumbprint()));
        let copied = presented(authority.clients(), version, Some(&copy)).await;
        refused(copied, "DecryptError");
    }
}

#[tokio::test]
async fn mtls_09_only_a_verified_chain_makes_a_verified_certificate() {
    let authority = Authority::new();
    let issued = authority.issue(&params());
    let mut forged = params();
    let name = "spiffe://example.org/service".try_into().unwrap();
    forged.subject_alt_names = vec![SanType::URI(name)];
    let forged = Identity::of(&forged);
    for version in VERSIONS {
        for client in [&issued, &forged] {
            let seen = presented(ClientCertPolicy::any(), version, Some(client)).await;
            assert_eq!(seen.unwrap(), client.thumbprint());
        }
        let seen = presented(authority.clients(), version, Some(&issued)).await;
        assert_eq!(seen.unwrap(), format!("{} verified", issued.thumbprint()));
        let seen = presented(authority.clients(), version, Some(&forged)).await;
        refused(seen, "UnknownCA");
        let seen = presented(authority.clients(), version, None).await;
        assert_eq!(seen.unwrap(), "none");
    }
}

#[tokio::test]
async fn mtls_09_dates_and_purpose_count_where_chains_are_verified() {
    let authority = Authority::new();
    let mut for_servers = params();
    for_servers.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    for version in VERSIONS {
        for (params, alert) in [
            (expired(), "CertificateExpired"),
            (for_servers.clone(), "UnsupportedCertificate"),
        ] {
            let client = authority.issue(&params);
            refused(
                presented(authority.clients(), version, Some(&client)).await,
                alert,
            );
            let seen = presented(ClientCertPolicy::any(), version, Some(&client)).await;
            assert_eq!(seen.unwrap(), client.thumbprint());
        }
    }
}

#[tokio::test]
async fn mtls_10_an_expired_certificate_still_proves_possession() {
    let client = Identity::of(&expired());
    for version in VERSIONS {
        let seen = presented(ClientCertPolicy::any(), version, Some(&client)).await;
        assert_eq!(seen.unwrap(), client.thumbprint());
    }
}

#[tokio::test]
async fn clients_without_certificate_are_refused_where_one_is_required() {
    let client = Identity::self_signed();
    for version in VERSIONS {
        let clients = ClientCertPolicy::any().required();
        let seen = presented(clients.clone(), version, Some(&client)).await;
        assert_eq!(seen.unwrap(), client.thumbprint());
        refused(
            presented(clients, version, None).await,
            "CertificateRequired",
        );
    }
}

#[tokio::test]
async fn mtls_16_streams_share_the_certificate_of_their_connection_and_no_other() {
    let server = Identity::self_signed();
    let address = serve(mutual_tls(&server, ClientCertPolicy::any())).await;
    let clients = [Identity::self_signed(), Identity::self_signed()];
    for version in VERSIONS {
        let [mut one, mut other] = [
            http2(address, client(&server, version, Some(&clients[0]))).await,
            http2(address, client(&server, version, Some(&clients[1]))).await,
        ];
        let mut nobody = http2(address, client(&server, version, None)).await;
        let (first, strange, second, unknown) = tokio::join!(
            one.send_request(request()),
            other.send_request(request()),
            one.send_request(request()),
            nobody.send_request(request()),
        );
        assert_eq!(text(first.unwrap()).await, clients[0].thumbprint());
        assert_eq!(text(second.unwrap()).await, clients[0].thumbprint());
        assert_eq!(text(strange.unwrap()).await, clients[1].thumbprint());
        assert_eq!(text(unknown.unwrap()).await, "none");
    }
}

#[tokio::test]
async fn mtls_16_a_server_on_hyper_sees_the_same() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let tls = mutual_tls(&server, ClientCertPolicy::any());
    let mut listener = TlsListener::new(listen().await, tls);
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, peer) = listener.accept().await;
            let app = TowerToHyperService::new(axum::Router::<()>::new().fallback(whoami));
            let service = service_fn(move |mut request: Request<_>| {
                request.extensions_mut().insert(peer.clone());
                app.call(request)
            });
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                server.serve_connection(TokioIo::new(stream), service).await
            });
        }
    });
    for version in VERSIONS {
        let config = client(&server, version, Some(&identity));
        let mut streams = http2(address, config.clone()).await;
        let answer = streams.send_request(request()).await.unwrap();
        assert_eq!(text(answer).await, identity.thumbprint());
        let (_, seen) = ask(address, &Arc::new(config)).await.unwrap();
        assert_eq!(seen, identity.thumbprint());
    }
}

#[test]
fn mtls_16_a_request_cannot_bring_a_certificate() {
    let named = PresentedCert::from_der(&Identity::self_signed().certificate);
    let thumbprint = named.thumbprint().to_string();
    let request = Request::get("/").header("client-cert", &thumbprint);
    let (mut head, ()) = request.body(()).unwrap().into_parts();
    assert_eq!(
        TlsConnection.certificate(&head),
        Err(CertError::UnknownPeer)
    );
    let peer = sender_constraint::cert::Peer::tcp(([127, 0, 0, 1], 4711).into());
    head.extensions.insert(peer.clone());
    assert_eq!(TlsConnection.certificate(&head), Ok(None));
    head.extensions.insert(peer.with_certificate(named.clone()));
    assert_eq!(TlsConnection.certificate(&head), Ok(Some(named)));
}

#[test]
fn nothing_of_a_certificate_is_shown_but_its_thumbprint() {
    let identity = Identity::self_signed();
    let server = Identity::self_signed();
    let tls = mutual_tls(&server, Authority::new().clients());
    let shown = format!("{tls:?}");
    assert!(shown.contains("chained: true"), "{shown}");
    assert!(!shown.contains("roots"), "{shown}");
    let shown = format!("{:?}", PresentedCert::from_der(&identity.certificate));
    assert_eq!(
        shown,
        format!("PresentedCert {{ thumbprint: {} }}", identity.thumbprint())
    );
}

/// What a server says of a client that presents `identity`.
pub(super) async fn presented(
    clients: ClientCertPolicy,
    version: &'static SupportedProtocolVersion,
    identity: Option<&Identity>,
) -> io::Result<String> {
    let server = Identity::self_signed();
    let address = serve(mutual_tls(&server, clients)).await;
    let config = Arc::new(client(&server, version, identity));
    let (_, seen) = ask(address, &config).await?;
    Ok(seen)
}

/// The handshake ended in an alert.
#[track_caller]
pub(super) fn refused(seen: io::Result<String>, alert: &str) {
    let error = format!("{:?}", seen.unwrap_err());
    assert!(
        error.contains(&format!("AlertReceived({alert})")),
        "{error}"
    );
}
