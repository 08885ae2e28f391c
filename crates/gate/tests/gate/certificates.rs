//! TLS, client certificates from the connection and from a proxy, and Unix sockets.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sender_constraint_gate::Running;
use sender_constraint_testing::certificates::Identity;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;

use super::world::{Answer, ISSUER, ORIGIN, World};

fn write_pem(path: &Path, label: &str, der: &[u8]) {
    let base64 = STANDARD.encode(der);
    std::fs::write(
        path,
        format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n"),
    )
    .unwrap();
}

fn write_identity(folder: &Path, identity: &Identity) {
    write_pem(
        &folder.join("server.pem"),
        "CERTIFICATE",
        identity.certificate(),
    );
    write_pem(
        &folder.join("server.key"),
        "PRIVATE KEY",
        identity.private_key(),
    );
}

/// The settings of TLS with the files that [`write_identity`] writes.
fn tls(folder: &Path, clients: &str) -> String {
    let folder = folder.display();
    format!(
        "[tls]\ncertificate = \"{folder}/server.pem\"\nkey = \"{folder}/server.key\"\nclient_certificates = \"{clients}\"\n"
    )
}

/// Connects by TLS, trusting `server`, with the certificate of `client`.
async fn exchange(
    address: &str,
    server: &Identity,
    client: Option<&Identity>,
    request: &str,
) -> Result<Answer, String> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(server.certificate().to_vec()))
        .unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    let tls = tls.with_root_certificates(roots);
    let tls = match client {
        None => tls.with_no_client_auth(),
        Some(client) => {
            let chain = vec![CertificateDer::from(client.certificate().to_vec())];
            let key = PrivateKeyDer::try_from(client.private_key().to_vec()).unwrap();
            tls.with_client_auth_cert(chain, key).unwrap()
        }
    };
    let tcp = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connected = TlsConnector::from(Arc::new(tls)).connect(name, tcp).await;
    let mut stream = connected.map_err(|error| error.to_string())?;
    stream
        .write_all(request.as_bytes())
        .await
        .map_err(|error| error.to_string())?;
    let mut response = Vec::new();
    drop(stream.read_to_end(&mut response).await);
    Ok(Answer::of(&response))
}

fn bearer(token: &str, lines: &str) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n{lines}\r\n"
    )
}

#[tokio::test]
async fn a_certificate_bound_token_needs_its_certificate_on_the_connection() {
    let [server, client, thief] = ["localhost", "client", "thief"].map(Identity::self_signed);
    let folder = super::world::folder();
    write_identity(&folder, &server);
    let world = World::proxy_with(&format!(
        "{}[mtls]\nsource = \"connection\"",
        tls(&folder, "request")
    ))
    .await;
    let address = world.gate.address();
    let token = world
        .issuer
        .token(ORIGIN)
        .bound_to_certificate(client.certificate())
        .sign();
    let request = bearer(&token, "");
    let received = exchange(address, &server, Some(&client), &request)
        .await
        .unwrap()
        .received();
    let thumbprint = sender_constraint::Digest::sha256(client.certificate()).to_string();
    assert_eq!(received["headers"]["x-auth-x5t-s256"], thumbprint);
    assert_eq!(
        exchange(address, &server, Some(&thief), &request)
            .await
            .unwrap()
            .status,
        401
    );
    assert_eq!(
        exchange(address, &server, None, &request)
            .await
            .unwrap()
            .status,
        401
    );
    drop(std::fs::remove_dir_all(folder));
}

#[tokio::test]
async fn tls_without_client_certificates_and_a_certificate_that_is_renewed() {
    let [server, renewed] = ["localhost", "localhost"].map(Identity::self_signed);
    let folder = super::world::folder();
    write_identity(&folder, &server);
    let world = World::proxy_with(&tls(&folder, "off")).await;
    let address = world.gate.address().to_owned();
    let send = async |trusted| {
        let request = world.request("GET", "/", "", "");
        exchange(&address, trusted, None, &request).await
    };
    assert_eq!(send(&server).await.unwrap().status, 200);
    write_identity(&folder, &renewed);
    world.gate.reload([]).await.unwrap();
    assert_eq!(send(&renewed).await.unwrap().status, 200);
    let error = send(&server).await.unwrap_err();
    assert!(error.contains("BadSignature"), "{error}");
    // A certificate and the key of another one change nothing.
    write_pem(
        &folder.join("server.pem"),
        "CERTIFICATE",
        server.certificate(),
    );
    let error = world.gate.reload([]).await.unwrap_err().to_string();
    assert!(error.contains("`tls.key`"), "{error}");
    assert_eq!(send(&renewed).await.unwrap().status, 200);
    drop(std::fs::remove_dir_all(folder));
}

#[tokio::test]
async fn fwd_14_a_forwarded_certificate_is_believed_of_trusted_peers() {
    let client = Identity::self_signed("client");
    let lines = format!(
        "Client-Cert: :{}:\r\n",
        STANDARD.encode(client.certificate())
    );
    for (peer, expected) in [("127.0.0.1", 200), ("192.0.2.1", 401)] {
        let settings = format!(
            "[mtls]\nsource = \"forwarded\"\nformat = \"rfc9440\"\ntrusted_peers = [\"{peer}\"]"
        );
        let world = World::proxy_with(&settings).await;
        let token = world
            .issuer
            .token(ORIGIN)
            .bound_to_certificate(client.certificate())
            .sign();
        let answer = world.exchange(&bearer(&token, &lines)).await;
        assert_eq!(answer.status, expected, "{answer:?}");
        if expected == 200 {
            assert!(!answer.body.contains("client-cert"), "{answer:?}");
            assert_eq!(answer.field("cache-control"), Some("no-store"));
        }
    }
}

#[tokio::test]
async fn a_unix_socket_is_a_peer_of_its_own() {
    let folder = super::world::folder();
    let (socket, config, jwks) = (
        folder.join("s"),
        folder.join("gate.toml"),
        folder.join("jwks.json"),
    );
    let world = World::proxy().await;
    std::fs::write(&jwks, world.issuer.jwks().to_string()).unwrap();
    let text = format!(
        "listen = \"unix:{}\"\norigin = \"{ORIGIN}\"\nmode = \"forward-auth\"\n[forward_auth]\nproxy = \"nginx\"\n\
         trusted_peers = [\"unix\"]\n[[issuer]]\nname = \"{ISSUER}\"\njwks = \"{}\"\n[tokens]\naudiences = [\"{ORIGIN}\"]\n",
        socket.display(),
        jwks.display()
    );
    std::fs::write(&config, text).unwrap();
    // A socket that a killed process left behind.
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let gate = Running::start(&config, []).await.unwrap();
    let mut stream = UnixStream::connect(&socket).await.unwrap();
    let credentials = world.credentials("GET", "/");
    let request = format!(
        "GET /auth HTTP/1.0\r\nX-Original-Method: GET\r\nX-Original-URI: /\r\n{credentials}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    assert_eq!(Answer::of(&response).status, 200);
    // A socket in use is not taken over.
    let error = Running::start(&config, []).await.unwrap_err().to_string();
    assert!(
        error.contains("`listen`: unix:") && error.contains("in use"),
        "{error}"
    );
    gate.stop().await;
    assert!(!socket.exists());
    drop(std::fs::remove_dir_all(folder));
}
