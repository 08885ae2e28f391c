//! TLS: an authority of its own, and a client certificate that the server requires.
#![cfg(feature = "tls")]

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sender_constraint_redis::{RedisReplayStore, Servers};
use sender_constraint_testing::certificates::{CertificateAuthority, Identity};

use super::proofs::{assert_shared, connect};
use super::server::{Server, free_port};

pub(crate) struct TlsServer {
    _server: Server,
    url: String,
    roots: String,
    client: Identity,
}

impl TlsServer {
    pub(crate) async fn start() -> Self {
        let authority = CertificateAuthority::new();
        let own = authority.issue("127.0.0.1");
        let roots = pem("CERTIFICATE", authority.certificate());
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("sender-constraint-redis-tls-{port}"));
        fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let arguments = [
            ("--tls-port", port.to_string()),
            (
                "--tls-cert-file",
                write("server.pem", &pem("CERTIFICATE", own.certificate())),
            ),
            (
                "--tls-key-file",
                write("server.key", &pem("PRIVATE KEY", own.private_key())),
            ),
            ("--tls-ca-cert-file", write("authority.pem", &roots)),
        ];
        let arguments: Vec<_> = arguments
            .iter()
            .flat_map(|(name, value)| [*name, value])
            .collect();
        let server = Server::start(&arguments).await;
        fs::remove_dir_all(folder).unwrap();
        Self {
            _server: server,
            url: format!("rediss://127.0.0.1:{port}"),
            roots,
            client: authority.issue("client"),
        }
    }

    fn without_client_certificate(&self) -> Servers {
        let servers = Servers::single(&self.url).unwrap();
        servers.root_certificates(self.roots.as_bytes()).unwrap()
    }

    pub(crate) fn with_client_certificate(&self) -> Servers {
        let chain = pem("CERTIFICATE", self.client.certificate());
        let key = pem("PRIVATE KEY", self.client.private_key());
        let servers = self.without_client_certificate();
        servers
            .client_certificate(chain.as_bytes(), key.as_bytes())
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn both_sides_must_be_known() {
    let server = TlsServer::start().await;
    let known = || connect(server.with_client_certificate());
    assert_shared(&known().await, &known().await).await;
    for servers in [
        server.without_client_certificate(),
        Servers::single(&server.url).unwrap(),
    ] {
        RedisReplayStore::builder(servers)
            .connect()
            .await
            .unwrap_err();
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}
