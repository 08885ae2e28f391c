//! Findings about certificates.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::{HeaderValue, Request};
use sender_constraint::cert::{
    ClientCertPolicy, Forwarded, HeaderFormat, Peer, TlsListener, TrustedPeers, Xfcc,
};
use sender_constraint::proof::{Dpop, Mtls};
use sender_constraint::{Digest, Guard};
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpSocket, TcpStream};

use crate::common::{Key, MintToken as _, ORIGIN, Token, World, request};
use crate::tls::Identity;

/// Envoy removes the header of a client without a certificate, and the second Envoy then appends its own element.
#[tokio::test]
async fn a2_dpop_passes_two_envoys_without_a_certificate() {
    let world = behind_two_envoys();
    let second = element(SECOND_HOP);
    let forwarded = |value: &str| from_the_proxy(world.good_request(), value);
    world.send(forwarded(&second)).await.assert_passed();
    let both = format!("{},{second}", element(CLIENT));
    world.send(forwarded(&both)).await.assert_passed();
    let answer = world.send(forwarded(&format!("{both},{second}"))).await;
    answer.assert_refused("400", "certificate_xfcc_elements");
    let answer = world.send(forwarded("By=spiffe://b;Hash")).await;
    answer.assert_refused("400", "certificate_xfcc_syntax");
}

/// The element of a proxy is never the certificate of the client, whichever of the two the token is bound to.
#[tokio::test]
async fn a2_fewer_elements_than_hops_are_no_certificate() {
    let world = behind_two_envoys();
    let second = element(SECOND_HOP);
    let both = format!("{},{second}", element(CLIENT));
    let send = async |bound_to: &[u8], value: &str| {
        let confirmation = json!({"x5t#S256": Digest::sha256(bound_to).to_string()});
        let token = Token::unbound(&world.issuer).claim("cnf", confirmation);
        let request = request(&format!("Bearer {}", token.sign()), "");
        world.send(from_the_proxy(request, value)).await
    };
    send(CLIENT, &both).await.assert_passed();
    for (bound_to, value, outcome, kind) in [
        (
            CLIENT,
            second.clone(),
            "TOK(Bearer)",
            "binding_certificate_missing",
        ),
        (
            SECOND_HOP,
            second.clone(),
            "TOK(Bearer)",
            "binding_certificate_missing",
        ),
        (
            SECOND_HOP,
            both.clone(),
            "TOK(Bearer)",
            "binding_certificate_mismatch",
        ),
        (
            CLIENT,
            format!("{both},{second}"),
            "400",
            "certificate_xfcc_elements",
        ),
    ] {
        send(bound_to, &value).await.assert_refused(outcome, kind);
    }
}

/// A flood from one address ends handshakes of that address only, however slow another address is.
#[tokio::test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs all of 127.0.0.0/8")]
async fn a10_flood_from_one_address_spares_the_handshakes_of_others() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let tls = crate::tls::mutual_tls(&server, ClientCertPolicy::any());
    let listener = TlsListener::new(crate::tls::listen().await, tls);
    let listener = listener.max_pending_handshakes(LIMIT).unwrap();
    let address = crate::tls::serve_on(listener);
    let config = crate::tls::client(&server, &rustls::version::TLS13, Some(&identity));
    // Connections are accepted in the order in which they were made, so this handshake is the oldest.
    let early = connect(HONEST, address).await.unwrap();
    let _first = flood(address).await;
    let late = connect(HONEST, address).await.unwrap();
    let _second = flood(address).await;
    for tcp in [early, late] {
        let stream = crate::tls::shake_hands(tcp, &Arc::new(config.clone())).await;
        let (_, seen) = crate::tls::ask_over(stream.unwrap()).await.unwrap();
        assert_eq!(seen, identity.thumbprint());
    }
}

/// Connects as often as twice the limit, says nothing, and waits until the listener has given up the first half.
async fn flood(address: SocketAddr) -> Vec<TcpStream> {
    let mut silent = Vec::new();
    for _ in 0..2 * LIMIT {
        silent.push(connect(FLOOD, address).await.unwrap());
    }
    for given_up in silent.iter_mut().take(LIMIT) {
        assert_eq!(given_up.read(&mut [0]).await.unwrap(), 0);
    }
    silent
}

async fn connect(from: Ipv4Addr, to: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    socket.connect(to).await
}

fn behind_two_envoys() -> World {
    let xfcc = Xfcc::new().trusted_hops(2).unwrap();
    let peers = TrustedPeers::networks(["10.0.0.0/8"]).unwrap();
    let source = Forwarded::new(HeaderFormat::Xfcc(xfcc), None, peers).unwrap();
    World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        Guard::builder(tokens).dpop(dpop).mtls(Mtls::new(source))
    })
}

fn from_the_proxy(mut request: Request<()>, xfcc: &str) -> Request<()> {
    let value = HeaderValue::from_str(xfcc).unwrap();
    let peer = Peer::tcp(([10, 1, 2, 3], 40_000).into());
    request
        .headers_mut()
        .insert("x-forwarded-client-cert", value);
    request.extensions_mut().insert(peer);
    request
}

/// What an Envoy says of this certificate.
fn element(certificate: &[u8]) -> String {
    let digest = Digest::sha256(certificate);
    let hash: String = digest
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("By=spiffe://example.com/proxy;Hash={hash};URI=spiffe://example.com/peer")
}

const LIMIT: usize = 8;
const FLOOD: Ipv4Addr = Ipv4Addr::LOCALHOST;
const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const CLIENT: &[u8] = b"the certificate of the client";
const SECOND_HOP: &[u8] = b"the certificate of the first proxy, as the second sees it";
