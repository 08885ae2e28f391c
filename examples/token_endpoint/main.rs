//! The token endpoint of an authorization server, and clients that authenticate at it, in one process on loopback:
//!
//! ```sh
//! cargo run --example token_endpoint --features rustls
//! ```
//!
//! `server` is all that authenticating clients takes. The rest plays honest requests and attacks against it and prints
//! what came of each: what the client was told, and the reason that only the operator's log has.
//!
//! There are two listeners, as RFC 8705 section 5 provides (`mtls_endpoint_aliases`): one verifies chains, for
//! `tls_client_auth`; the other takes any certificate, for the rest. Every token is bound to the certificate of the
//! connection, whatever the method of the client.
#![allow(clippy::indexing_slicing, reason = "JSON of the example's own making")]

mod attempts;
mod client;
mod server;
#[path = "../shared/table.rs"]
mod table;

use std::error::Error;
use std::process::ExitCode;

use sender_constraint::cert::ClientCertPolicy;
use sender_constraint_testing::certificates::{CertificateAuthority, Identity};
use tokio::sync::mpsc;

use crate::attempts::{Clients, attempts};
use crate::client::Outcome;
use crate::server::{Endpoint, listen, trusting};
use crate::table::Table;

/// The issuer identifier: the only audience of client assertions.
const ISSUER: &str = "https://as.example.com";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(outcome) => outcome,
        // `Result` as the return type would show the error's `Debug` form.
        Err(error) => {
            eprintln!("token_endpoint: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let (authority, tls) = (
        CertificateAuthority::new(),
        Identity::self_signed("localhost"),
    );
    let clients = Clients::new(&authority, tls.certificate());
    let (log, mut logged) = mpsc::unbounded_channel();
    let endpoint = Endpoint::new(clients.registered()?, log)?;
    let open = listen(&endpoint, &tls, ClientCertPolicy::any()).await?;
    let chained = listen(&endpoint, &tls, trusting(&authority)?).await?;

    let mut table = Table::begin();
    for attempt in attempts(&clients) {
        let address = if attempt.is_chained { chained } else { open };
        let response = attempt.sender.send(address, &attempt.request).await?;
        let reason = logged.recv().await.flatten();
        let outcome = Outcome::of(response, reason).await?;
        table.row(attempt.what, &outcome, &attempt.expected);
    }
    Ok(table.end())
}
