//! Guards for one dialect, and requests with its tokens.

use http::Request;
use sender_constraint::Guard;
use sender_constraint::cert::{Peer, PresentedCert, TlsConnection};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::{Dpop, Mtls};
use sender_constraint::token::{Dialect, Issuer, JwtVerifier};
use serde_json::{Value, json};

use crate::common::{AUDIENCE, Answer, ISSUER, Key, MintProof as _, ORIGIN, Proof, Token, World};

/// Certificate-bound, DPoP-bound and, if so, unbound tokens of `issuer` for `audience`.
pub(super) fn guarded(issuer: &str, audience: &str, dialect: Dialect, unbound: bool) -> World {
    let key = Key::from_seed("ES256", 0);
    let set = json!({"keys": [key.published("k1")]}).to_string();
    let issuer = Issuer::new(issuer, StaticKeys::from_json(&set).unwrap()).unwrap();
    let tokens = JwtVerifier::for_issuer(issuer.dialect(dialect), audience).unwrap();
    World::with_tokens(key, tokens, |tokens| {
        let guard = Guard::builder(tokens)
            .dpop(Dpop::new(ORIGIN).unwrap())
            .mtls(Mtls::new(TlsConnection));
        if unbound {
            guard.allow_unbound_tokens()
        } else {
            guard
        }
    })
}

/// Takes tokens of the common issuer and audience.
pub(super) fn with_dialect(dialect: Dialect) -> World {
    guarded(ISSUER, AUDIENCE, dialect, false)
}

/// A token without `typ`, with the claims of RFC 9068 and the change.
pub(super) fn untyped(world: &World) -> Token {
    world.token().header("typ", Value::Null)
}

/// Presents a DPoP-bound token with a good proof.
pub(super) async fn present(world: &World, token: &Token) -> Answer {
    let token = token.sign();
    let proof = Proof::new(&world.client, &token).sign();
    let peer = Peer::tcp("192.0.2.7:50000".parse().unwrap());
    let mut request = crate::common::request(&format!("DPoP {token}"), &proof);
    request.extensions_mut().insert(peer);
    world.send(request).await
}

/// Presents a token as a bearer token, on a connection with this certificate.
pub(super) async fn present_on(world: &World, token: &Token, der: Option<&[u8]>) -> Answer {
    let mut request: Request<()> = crate::common::request(&format!("Bearer {}", token.sign()), "");
    let mut peer = Peer::tcp("192.0.2.7:50000".parse().unwrap());
    if let Some(der) = der {
        peer = peer.with_certificate(PresentedCert::from_der(der));
    }
    request.extensions_mut().insert(peer);
    world.send(request).await
}

pub(super) fn scopes(answer: &Answer) -> Vec<&str> {
    answer.access().scopes().collect()
}

pub(super) fn roles(answer: &Answer) -> Vec<&str> {
    answer.access().roles().collect()
}
