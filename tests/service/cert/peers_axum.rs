//! Who connected, as axum tells it.

use std::net::SocketAddr;

use crate::certificates::*;
use axum::extract::ConnectInfo;
use sender_constraint::cert::{CertError, CertSource, Forwarded, Peer, TrustedPeers};

#[test]
fn peers_of_axum_are_known() {
    let value = client_cert();
    let source = Forwarded::rfc9440(proxies());
    let mut head = head(None, &[("client-cert", value.as_bytes())]);
    assert_eq!(source.certificate(&head), Err(CertError::UnknownPeer));
    let address = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 1);
    head.extensions.insert(ConnectInfo(address(PROXY)));
    assert_eq!(source.certificate(&head), found());
    // What the listener says outweighs it.
    head.extensions.insert(ConnectInfo(peer(STRANGER)));
    assert_eq!(source.certificate(&head), Ok(None));
    head.extensions.insert(peer(PROXY));
    assert_eq!(source.certificate(&head), found());
}

#[cfg(unix)]
#[tokio::test]
async fn axum_tells_unix_sockets_and_addresses_apart() {
    use axum::{Router, extract::Request, routing::get};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let source = Forwarded::rfc9440(TrustedPeers::unix_socket());
    let app = Router::new().route(
        "/",
        get(async move |request: Request| {
            let (head, _) = request.into_parts();
            source.certificate(&head).unwrap().map_or_else(
                || "none".to_owned(),
                |certificate| certificate.thumbprint().to_string(),
            )
        }),
    );
    let service = app.into_make_service_with_connect_info::<Peer>();
    let path = std::env::temp_dir().join(format!("peer-{}.sock", std::process::id()));
    let unix = tokio::net::UnixListener::bind(&path).unwrap();
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    tokio::spawn(axum::serve(unix, service.clone()).into_future());
    tokio::spawn(axum::serve(tcp, service).into_future());

    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nClient-Cert: {}\r\n\r\n",
        client_cert()
    );
    let mut unix = tokio::net::UnixStream::connect(&path).await.unwrap();
    let mut tcp = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut by_unix, mut by_tcp) = (String::new(), String::new());
    unix.write_all(request.as_bytes()).await.unwrap();
    unix.read_to_string(&mut by_unix).await.unwrap();
    tcp.write_all(request.as_bytes()).await.unwrap();
    tcp.read_to_string(&mut by_tcp).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(by_unix.ends_with(&thumbprint(&rfc_8705())), "{by_unix}");
    assert!(by_tcp.ends_with("none"), "{by_tcp}");
}
