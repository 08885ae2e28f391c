//! A web page whose DPoP key cannot leave the browser, and APIs on other origins that it calls:
//!
//! ```sh
//! cargo run --features browser --example browser
//! ```
//!
//! Open the page that it names in any browser. It makes honest requests and attacks, and shows what came of each; the
//! terminal shows what the APIs received. Each API demands a nonce in every proof (RFC 9449 section 9).
//!
//! `service` and `cors` in `api.rs`, `page/key.js` and `page/dpop.js` are to be copied; `authorization_server.rs` is not.
//!
//! An argument is the address of the page, `127.0.0.1:9310` without one. Browsers keep keys by origin: a page on another
//! port has another key.

mod api;
mod authorization_server;
mod page;

use std::error::Error;
use std::future::IntoFuture as _;
use std::process::ExitCode;

use axum::Router;
use axum::http::HeaderValue;
use sender_constraint_testing::IssuerServer;
use tokio::net::TcpListener;

use crate::api::Api;
use crate::page::Settings;

/// The name of the APIs in the tokens that are meant for them.
const AUDIENCE: &str = "https://api.example.com";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        // `Result` as the return type would show the error's `Debug` form.
        Err(error) => {
            eprintln!("browser: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:9310".to_owned());
    let (page_listener, page) = listen(&address).await?;
    let allowed = HeaderValue::from_str(&page)?;
    let server = IssuerServer::start().await?;

    let mut apis = Vec::new();
    for api in Api::ALL {
        let (listener, origin) = listen("127.0.0.1:0").await?;
        let service = api.app(&origin, server.issuer().name(), &allowed).await?;
        serve(listener, service);
        println!("{:12} {origin}", api.name());
        apis.push((api.name(), origin));
    }
    let (listener, token_origin) = listen("127.0.0.1:0").await?;
    serve(
        listener,
        authorization_server::app(server.issuer(), allowed),
    );

    let settings = Settings {
        apis,
        token_endpoint: format!("{token_origin}/token"),
    };
    println!("\nopen {page}/ in a browser; Ctrl-C ends\n");
    axum::serve(page_listener, page::app(&settings)?).await?;
    Ok(())
}

/// A listener, and the origin that a browser on this machine reaches it by.
async fn listen(address: &str) -> Result<(TcpListener, String), Box<dyn Error>> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let origin = format!("http://{}", listener.local_addr()?);
    Ok((listener, origin))
}

fn serve(listener: TcpListener, app: Router) {
    tokio::spawn(axum::serve(listener, app).into_future());
}
