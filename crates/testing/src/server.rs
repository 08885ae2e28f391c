//! The authorization server over HTTP: metadata (RFC 8414) and key set, on loopback.

use std::convert::Infallible;
use std::io;

use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::issuer::Issuer;

/// An [`Issuer`] that publishes its metadata and its keys over HTTP, until it is dropped.
///
/// ```
/// use sender_constraint::keys::RemoteKeys;
/// use sender_constraint_testing::IssuerServer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = IssuerServer::start().await?;
/// let keys = RemoteKeys::discover(server.issuer().name()).await?;
/// # drop(keys);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct IssuerServer {
    issuer: Issuer,
    task: JoinHandle<()>,
}

impl IssuerServer {
    /// Listens on a free port of `127.0.0.1`. The issuer's name is its URL.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = Issuer::new(&format!("http://{}", listener.local_addr()?));
        let task = tokio::spawn(serve(listener, issuer.clone()));
        Ok(Self { issuer, task })
    }

    /// The issuer: its name, and the tokens that it issues.
    #[must_use]
    pub const fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

impl Drop for IssuerServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, issuer: Issuer) {
    // Dropped with this task, and the connections with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let issuer = issuer.clone();
        let service = service_fn(move |request| {
            let response = document(&issuer, &request);
            std::future::ready(Ok::<_, Infallible>(response))
        });
        connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

fn document(issuer: &Issuer, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let name = issuer.name();
    let document = match request.uri().path() {
        METADATA => json!({"issuer": name, "jwks_uri": format!("{name}{JWKS}")}),
        JWKS => issuer.jwks(),
        _ => {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::NOT_FOUND;
            return response;
        }
    };
    Response::new(Full::from(document.to_string()))
}

const METADATA: &str = "/.well-known/oauth-authorization-server";
const JWKS: &str = "/jwks";
