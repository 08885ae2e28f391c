//! No client of the TLS listener waits for another, and none may take its time without end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::tls::*;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sender_constraint::ConfigError;
use sender_constraint::cert::{ClientCertPolicy, HandshakeError, MutualTls, Peer, TlsListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

#[tokio::test]
async fn silent_and_failing_clients_do_not_hold_up_others() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let address = serve(any(&server)).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(address).await.unwrap());
        let mut garbage = TcpStream::connect(address).await.unwrap();
        garbage.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    }
    let config = Arc::new(client(&server, &rustls::version::TLS13, Some(&identity)));
    let (_, seen) = ask(address, &config).await.unwrap();
    assert_eq!(seen, identity.thumbprint());
    assert!(silent.iter().all(is_open));
}

#[tokio::test]
async fn over_the_limit_the_oldest_handshake_is_given_up() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let listener = TlsListener::new(listen().await, any(&server));
    let address = serve_on(listener.max_pending_handshakes(3).unwrap());
    let config = Arc::new(client(&server, &rustls::version::TLS13, Some(&identity)));
    let mut oldest = TcpStream::connect(address).await.unwrap();
    let second = TcpStream::connect(address).await.unwrap();
    // Two silent clients and one that finishes fit, as often as it comes.
    for _ in 0..5 {
        let (_, seen) = ask(address, &config).await.unwrap();
        assert_eq!(seen, identity.thumbprint());
    }
    assert!(is_open(&oldest) && is_open(&second));

    let third = TcpStream::connect(address).await.unwrap();
    let (_, seen) = ask(address, &config).await.unwrap();
    assert_eq!(seen, identity.thumbprint());
    assert_eq!(oldest.read(&mut [0]).await.unwrap(), 0);
    assert!(is_open(&second) && is_open(&third));
}

/// Failures leave no trace, even those that a server's own code causes: else they would push out the first client.
#[tokio::test]
async fn handshakes_that_failed_or_panicked_are_not_pending() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let tls = rustls::ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap();
    let tls = MutualTls::with_cert_resolver(tls, ClientCertPolicy::any(), Arc::new(Panics));
    let listener = TlsListener::new(listen().await, tls);
    let address = serve_on(listener.max_pending_handshakes(2).unwrap());
    let config = Arc::new(client(&server, &rustls::version::TLS13, Some(&identity)));
    let first = TcpStream::connect(address).await.unwrap();
    for _ in 0..3 {
        let mut garbage = TcpStream::connect(address).await.unwrap();
        garbage.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let _alert = garbage.read_to_end(&mut Vec::new()).await;
        assert!(connect(address, &config).await.is_err());
    }
    assert!(is_open(&first));
}

/// A source of certificates with a bug.
#[derive(Debug)]
struct Panics;

impl ResolvesServerCert for Panics {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        panic!("as the test wants it")
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_has_limited_time() {
    let tls = any(&Identity::self_signed());
    assert_eq!(time_given(tls.clone()).await, Duration::from_secs(10));
    let limit = Duration::from_secs(3);
    assert_eq!(
        time_given(tls.handshake_timeout(limit).unwrap()).await,
        limit
    );
}

#[tokio::test(start_paused = true)]
async fn the_listener_hangs_up_on_silent_clients() {
    let address = serve(any(&Identity::self_signed())).await;
    let begin = Instant::now();
    let mut silent = TcpStream::connect(address).await.unwrap();
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0);
    assert!(begin.elapsed() >= Duration::from_secs(10));
}

#[tokio::test]
async fn accepting_may_be_interrupted() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let mut listener = TlsListener::new(listen().await, any(&server));
    let address = listener.local_addr().unwrap();
    let config = Arc::new(client(&server, &rustls::version::TLS13, Some(&identity)));
    let connecting = tokio::spawn(async move { connect(address, &config).await.map(drop) });
    let peer = loop {
        tokio::select! {
            biased;
            (_, peer) = listener.accept() => break peer,
            () = tokio::task::yield_now() => {}
        }
    };
    connecting.await.unwrap().unwrap();
    let seen = peer.certificate().unwrap().thumbprint().to_string();
    assert_eq!(seen, identity.thumbprint());
    assert!(peer.address().unwrap().ip().is_loopback());
}

#[tokio::test]
async fn limits_are_checked() {
    let tls = any(&Identity::self_signed());
    for limit in [0, 65_537] {
        let refused = TlsListener::new(listen().await, tls.clone()).max_pending_handshakes(limit);
        assert!(matches!(refused, Err(ConfigError::Size { value, .. }) if value == limit));
    }
    for limit in [1, 65_536] {
        let listener = TlsListener::new(listen().await, tls.clone());
        assert!(listener.max_pending_handshakes(limit).is_ok());
    }
    for (millis, fits) in [
        (999, false),
        (1000, true),
        (120_000, true),
        (120_001, false),
    ] {
        let limited = tls.clone().handshake_timeout(Duration::from_millis(millis));
        assert_eq!(limited.is_ok(), fits, "{millis}");
    }
}

#[tokio::test]
async fn debug_shows_the_settings_of_a_listener_and_no_certificate() {
    let listener = TlsListener::new(listen().await, any(&Identity::self_signed()));
    let listener = listener.max_pending_handshakes(3).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let shown = format!("{listener:?}");
    for setting in [
        "TlsListener",
        &address,
        "limit: 3",
        "handshake_timeout: 10s",
    ] {
        assert!(shown.contains(setting), "{setting}: {shown}");
    }
    // Bytes are shown as numbers.
    assert!(!shown.contains("48, 130"), "{shown}");
}

#[test]
fn a_key_that_is_not_the_certificates_is_refused() {
    let (one, other) = (Identity::self_signed(), Identity::self_signed());
    for (identity, fits) in [(one.clone(), true), (one.copied_by(&other), false)] {
        let tls = rustls::ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap();
        let chain = vec![identity.certificate.clone()];
        let tls = MutualTls::new(
            tls,
            ClientCertPolicy::any(),
            chain,
            identity.key.clone_key(),
        );
        assert_eq!(tls.is_ok(), fits);
        assert!(fits || matches!(tls, Err(ConfigError::Tls(_))));
    }
}

fn any(server: &Identity) -> MutualTls {
    mutual_tls(server, ClientCertPolicy::any())
}

fn is_open(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0]);
    read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// How long a client that sends a byte each second, of a record that does not end, is listened to.
async fn time_given(tls: MutualTls) -> Duration {
    let (near, mut far) = tokio::io::duplex(64);
    tokio::spawn(async move {
        far.write_all(&[22, 3, 1, 1, 0]).await.unwrap();
        while far.write_all(&[0]).await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    let begin = Instant::now();
    let peer = Peer::tcp(([127, 0, 0, 1], 4711).into());
    let error = tls.accept(near, peer).await.unwrap_err();
    let HandshakeError::TimedOut(limit) = error else {
        panic!("{error}");
    };
    assert_eq!(begin.elapsed(), limit);
    limit
}
