//! Whose certificate headers are believed: the proxy's, by its address, socket or certificate, and nobody else's.

use crate::certificates::*;
use sender_constraint::cert::{
    CertError, CertSource, Forwarded, Peer, PresentedCert, TrustedPeers,
};

#[test]
fn fwd_02_only_trusted_peers_are_believed() {
    let value = client_cert();
    let headers = [("client-cert", value.as_bytes())];
    let source = Forwarded::rfc9440(proxies());
    let strict = Forwarded::rfc9440(proxies()).reject_untrusted_peers();
    for source in [&source, &strict] {
        let head = head(Some(peer(PROXY)), &headers);
        assert_eq!(source.certificate(&head), found());
    }
    for other in [peer(STRANGER), Peer::unix()] {
        let head = head(Some(other), &headers);
        assert_eq!(source.certificate(&head), Ok(None));
        assert_eq!(strict.certificate(&head), Err(CertError::UntrustedPeer));
    }
    // The listener did not tell who connected.
    for source in [&source, &strict] {
        let unknown = head(None, &headers);
        assert_eq!(source.certificate(&unknown), Err(CertError::UnknownPeer));
    }
    assert_eq!(
        strict.certificate(&head(Some(peer(STRANGER)), &[])),
        Ok(None)
    );
    let chain = head(Some(peer(STRANGER)), &[("client-cert-chain", b"")]);
    assert_eq!(strict.certificate(&chain), Err(CertError::UntrustedPeer));
}

#[test]
fn fwd_02_malformed_header_of_a_stranger_says_nothing() {
    let source = Forwarded::rfc9440(proxies());
    let headers: [(&str, &[u8]); 2] = [("client-cert", b"garbage"), ("client-cert", b"twice")];
    assert!(
        source
            .certificate(&head(Some(peer(PROXY)), &headers))
            .is_err()
    );
    assert_eq!(
        source.certificate(&head(Some(peer(STRANGER)), &headers)),
        Ok(None)
    );
}

#[test]
fn fwd_02_addresses_in_headers_are_not_the_peer() {
    let value = client_cert();
    let headers = [
        ("client-cert", value.as_bytes()),
        ("x-forwarded-for", PROXY.as_bytes()),
        ("x-real-ip", PROXY.as_bytes()),
        ("forwarded", b"for=10.1.2.3"),
    ];
    let source = Forwarded::rfc9440(proxies());
    assert_eq!(
        source.certificate(&head(Some(peer(STRANGER)), &headers)),
        Ok(None)
    );
}

#[test]
fn fwd_02_unix_socket_and_certificate_of_the_proxy() {
    let value = client_cert();
    let headers = [("client-cert", value.as_bytes())];
    let own = PresentedCert::from_der(&minted("proxy"));
    let another = PresentedCert::from_der(&minted("somebody"));

    let socket = Forwarded::rfc9440(TrustedPeers::unix_socket());
    assert_eq!(
        socket.certificate(&head(Some(Peer::unix()), &headers)),
        found()
    );
    assert_eq!(
        socket.certificate(&head(Some(peer(PROXY)), &headers)),
        Ok(None)
    );

    let trusted = TrustedPeers::certificates([*own.thumbprint()]).unwrap();
    let mutual = Forwarded::rfc9440(trusted.clone());
    let ask = |source: &Forwarded, peer| source.certificate(&head(Some(peer), &headers));
    assert_eq!(
        ask(&mutual, peer(STRANGER).with_certificate(own.clone())),
        found()
    );
    assert_eq!(
        ask(&mutual, peer(STRANGER).with_certificate(another)),
        Ok(None)
    );
    assert_eq!(ask(&mutual, peer(PROXY)), Ok(None));

    let either = Forwarded::rfc9440(proxies().or(trusted).or(TrustedPeers::unix_socket()));
    for peer in [
        peer(PROXY),
        Peer::unix(),
        peer(STRANGER).with_certificate(own),
    ] {
        assert_eq!(ask(&either, peer), found());
    }
    assert_eq!(ask(&either, peer(STRANGER)), Ok(None));
}

#[test]
fn fwd_10_certificate_of_the_proxy_is_never_the_clients() {
    let own = PresentedCert::from_der(&minted("proxy"));
    let trusted = TrustedPeers::certificates([*own.thumbprint()]).unwrap();
    let source = Forwarded::rfc9440(proxies().or(trusted));
    for peer in [peer(PROXY), peer(STRANGER), Peer::unix()] {
        let peer = peer.with_certificate(own.clone());
        assert_eq!(source.certificate(&head(Some(peer.clone()), &[])), Ok(None));
        let empty = head(Some(peer), &[("client-cert", b"")]);
        assert_eq!(source.certificate(&empty), Ok(None));
    }
}
