//! A service on TLS that takes tokens bound to a client certificate (RFC 8705), an issuer and clients in one process:
//!
//! ```sh
//! cargo run --example mtls --features rustls
//! ```
//!
//! `service` and `listener` are all that guarding takes. The rest plays honest calls and attacks against it and prints
//! what came of each. The certificates sign themselves: what counts is that the client holds the key of the
//! certificate that the token names, and that shows in the handshake.
//!
//! For a service behind a proxy that ends TLS see the example `behind_a_proxy`.

mod attempts;
mod certificates;
mod client;
#[path = "../shared/refusals.rs"]
mod refusals;
#[path = "../shared/table.rs"]
mod table;

use std::error::Error;
use std::future::IntoFuture as _;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use sender_constraint::cert::{ClientCertPolicy, MutualTls, Peer, TlsConnection, TlsListener};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Mtls;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Access, ConfigError, Guard};
use sender_constraint_testing::Issuer;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::attempts::attempts;
use crate::certificates::Identity;
use crate::client::NO_CONNECTION;
use crate::refusals::log_refusal;
use crate::table::Table;

/// The issuer identifier.
const ISSUER: &str = "https://as.example.com";
/// The name of the service in the tokens that are meant for it.
const AUDIENCE: &str = "https://api.example.com";

/// The service. It takes certificates from the connection: see `main` for how requests learn of that.
fn service(keys: StaticKeys) -> Result<Router, ConfigError> {
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys)?;
    let guard = Guard::builder(tokens)
        .mtls(Mtls::new(TlsConnection))
        .build()?;
    Ok(Router::new()
        .route("/accounts", get(accounts))
        .layer(guard.layer()))
}

/// TLS that asks clients for a certificate, and takes any whose key they have.
fn listener(tcp: TcpListener, server: &Identity) -> Result<TlsListener, Box<dyn Error>> {
    let tls = ServerConfig::builder_with_provider(provider());
    let tls = tls.with_safe_default_protocol_versions()?;
    let chain = vec![server.certificate.clone()];
    let tls = MutualTls::new(tls, ClientCertPolicy::any(), chain, server.key())?;
    Ok(TlsListener::new(tcp, tls.http2()))
}

/// Runs for requests that the guard let in, and for no others. Answers which certificate it was.
async fn accounts(access: Access) -> String {
    let thumbprint = access.sender().x5t_s256();
    thumbprint.map(ToString::to_string).unwrap_or_default()
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(outcome) => outcome,
        // `Result` as the return type would show the error's `Debug` form.
        Err(error) => {
            eprintln!("mtls: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let (issuer, server) = (Issuer::new(ISSUER), Identity::new()?);
    let tcp = TcpListener::bind("127.0.0.1:0").await?;
    let address = tcp.local_addr()?;
    let (log, mut logged) = mpsc::unbounded_channel();
    let service = service(issuer.keys())?.layer(from_fn_with_state(log, log_refusal));
    let service = service.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(axum::serve(listener(tcp, &server)?, service).into_future());

    let mut table = Table::begin();
    for attempt in attempts(&issuer, &server)? {
        let mut outcome = attempt.client.send(address, attempt.request).await?;
        if outcome.told != NO_CONNECTION {
            outcome.reason = logged.recv().await.flatten();
        }
        table.row(attempt.what, &outcome, &attempt.expected);
    }
    Ok(table.end())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
