//! A service behind a proxy that ends TLS and forwards the client's certificate in a header (RFC 8705 section 6.5,
//! RFC 9440):
//!
//! ```sh
//! cargo run --example behind_a_proxy
//! ```
//!
//! The page `guide::gateways` of the crate docs has the other half, for DPoP: the host that the client addressed.
//!
//! Client and proxy are played here, in one process: what counts is which address a header comes from. Linux has the
//! stranger's, 127.0.0.2; elsewhere it may have to be added to the loopback interface.
//!
//! # The proxy's part
//!
//! The service trusts the header because it comes from the proxy, so the proxy must never pass on one that a client
//! wrote. Each of these asks for a certificate, takes any whose key the client has, and forwards it; the lines marked
//! REQUIRED are those that keep the client's own header out. Then try it, as `Forwarded` tells.
//!
//! **nginx**, read by `Forwarded::percent_encoded_pem` from `x-ssl-client-cert`. Needed in every `location` that has a
//! `proxy_set_header` of its own, which ends inheritance; with `grpc_pass` it is `grpc_set_header`, and `proxy_set_header`
//! has no effect:
//!
//! ```text
//! ssl_verify_client optional_no_ca;
//! location / {
//!     proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;   # REQUIRED, replaces; empty removes
//!     proxy_pass http://127.0.0.1:3000;
//! }
//! ```
//!
//! **HAProxy**, read by `Forwarded::rfc9440(..)`. Test `ssl_c_used`: `ssl_fc_has_crt` is false in a resumed session.
//!
//! ```text
//! bind :443 ssl crt site.pem verify optional ca-verify-file ca.pem ca-ignore-err all crt-ignore-err all
//! http-request del-header Client-Cert            # REQUIRED, first: the next but one runs only with a certificate
//! http-request del-header Client-Cert-Chain      # REQUIRED
//! http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used }
//! ```
//!
//! **Apache httpd**, read by `Forwarded::pem_spaces("x-ssl-client-cert", ..)`. For the whole host, not for a location:
//!
//! ```text
//! SSLVerifyClient optional_no_ca
//! # REQUIRED, first: the next runs only with a certificate
//! RequestHeader unset X-SSL-Client-Cert
//! RequestHeader set X-SSL-Client-Cert "%{SSL_CLIENT_CERT}s" "expr=-n %{SSL_CLIENT_CERT}"
//! ```
//!
//! **Caddy**, read by `Forwarded::rfc9440(..)`. `route` keeps the order:
//!
//! ```text
//! tls site.pem site.key {
//!     client_auth {
//!         mode request
//!     }
//! }
//! @certificate expression `{http.request.tls.client.fingerprint} != null`
//! route {
//!     request_header -Client-Cert                # REQUIRED, first: the next but one runs only with a certificate
//!     request_header -Client-Cert-Chain          # REQUIRED
//!     request_header @certificate Client-Cert :{http.request.tls.client.certificate_der_base64}:
//!     reverse_proxy 127.0.0.1:3000
//! }
//! ```
//!
//! **Envoy**, read by `Forwarded::envoy_xfcc(..)`. Without `uri` and `dns`: names are the client's to choose.
//!
//! ```text
//! # in the DownstreamTlsContext
//! common_tls_context: {validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}}
//! # in the HttpConnectionManager
//! forward_client_cert_details: SANITIZE_SET      # REQUIRED, removes what the client sent, then writes
//! set_current_client_cert_details: {cert: true}
//! ```
//!
//! **Traefik** 3, read by `Forwarded::traefik(..)`. TLS options go by the `Host` of the rule: without one, no certificate
//! is asked for. The middleware leaves the header alone when there is no certificate;
//! it is the entry point that removes the client's:
//!
//! ```text
//! # static
//! entryPoints: {websecure: {address: ":443"}}    # REQUIRED: no forwardedHeaders.insecure, no client in its trustedIPs
//! # dynamic
//! tls: {options: {clients: {clientAuth: {clientAuthType: RequestClientCert}}}}
//! http:
//!   middlewares: {certificate: {passTLSClientCert: {pem: true}}}
//!   routers: {api: {rule: "Host(`api.example.com`)", service: api, middlewares: [certificate], tls: {options: clients}}}
//! ```

use std::error::Error;
use std::future::IntoFuture as _;
use std::net::IpAddr;
use std::process::ExitCode;

use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use sender_constraint::cert::{Forwarded, Peer, TrustedPeers};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Mtls;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Access, ConfigError, Guard};
use sender_constraint_testing::Issuer;
use sender_constraint_testing::certificates::Identity;
use tokio::net::TcpListener;

/// The issuer identifier.
const ISSUER: &str = "https://as.example.com";
/// The name of the service in the tokens that are meant for it.
const AUDIENCE: &str = "https://api.example.com";
/// The address of the proxy, and of somebody else who can reach the service.
const PROXY: &str = "127.0.0.1";
const STRANGER: &str = "127.0.0.2";

/// The service: certificates come in `Client-Cert`, from the proxy only.
fn service(keys: StaticKeys) -> Result<Router, ConfigError> {
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys)?;
    let proxy = TrustedPeers::networks([PROXY])?;
    let guard = Guard::builder(tokens)
        .mtls(Mtls::new(Forwarded::rfc9440(proxy)))
        .build()?;
    Ok(Router::new()
        .route("/accounts", get(accounts))
        .layer(guard.layer()))
}

async fn accounts(access: Access) -> String {
    format!("{:?} by {:?}", access.subject(), access.sender())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(outcome) => outcome,
        // `Result` as the return type would show the error's `Debug` form.
        Err(error) => {
            eprintln!("behind_a_proxy: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = Issuer::new(ISSUER);
    let listener = TcpListener::bind((PROXY, 0)).await?;
    let url = format!("http://{}/accounts", listener.local_addr()?);
    // Without this the guard would not know who connected, and believe nobody.
    let service = service(issuer.keys())?.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(axum::serve(listener, service).into_future());

    let [client, other] = ["client", "other"].map(Identity::self_signed);
    let token = issuer.token(AUDIENCE);
    let token = token.bound_to_certificate(client.certificate()).sign();
    let (client, other) = (
        forwarded(client.certificate()),
        forwarded(other.certificate()),
    );
    let mut all_right = true;
    for (what, from, headers, expected) in [
        ("the proxy, for the client", PROXY, vec![&client], 200),
        (
            "the proxy, for a thief of the token",
            PROXY,
            vec![&other],
            401,
        ),
        (
            "the proxy, for a client without certificate",
            PROXY,
            vec![],
            401,
        ),
        (
            "the proxy, adding to the client's own header",
            PROXY,
            vec![&client, &other],
            400,
        ),
        (
            "a stranger, writing the header itself",
            STRANGER,
            vec![&client],
            401,
        ),
    ] {
        let from: IpAddr = from.parse()?;
        let http = reqwest::Client::builder().no_proxy().local_address(from);
        let request = http.build()?.get(&url).bearer_auth(&token);
        let request = headers.into_iter().fold(request, |request, header| {
            request.header("client-cert", header)
        });
        let status = request.send().await?.status();
        let is_right = status == StatusCode::from_u16(expected)?;
        let mark = if is_right { "ok" } else { "WRONG" };
        println!("{what:46}  {:3}  {mark}", status.as_u16());
        all_right &= is_right;
    }
    Ok(ExitCode::from(u8::from(!all_right)))
}

/// What the proxy makes of it: a byte sequence (RFC 9440 section 2.2).
fn forwarded(der: &[u8]) -> String {
    format!(":{}:", STANDARD.encode(der))
}
