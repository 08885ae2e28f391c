//! Guards with nonces, and the nonces of their responses.

use http::{HeaderMap, Request};
use sender_constraint::Guard;
use sender_constraint::proof::{Dpop, NonceSecret, NonceSecrets, Nonces};

use crate::common::*;

/// The same for the same number.
pub(super) fn secret(number: u8) -> NonceSecret {
    let mut bytes = [0; 32];
    bytes[31] = number + 1;
    NonceSecret::from_bytes(bytes).unwrap()
}

pub(super) fn secrets(number: u8) -> NonceSecrets {
    NonceSecrets::new(secret(number))
}

/// Nonces are required, and accepted for 120 s.
pub(super) fn required() -> World {
    with(Nonces::required(secrets(0)))
}

/// Nonces replace the time of a wrong clock.
pub(super) fn on_clock_skew() -> World {
    with(Nonces::on_clock_skew(secrets(0)))
}

pub(super) fn with(nonces: Nonces) -> World {
    World::with_dpop(|dpop| dpop.nonces(nonces))
}

/// Another resource server.
pub(super) fn at_origin(origin: &str, nonces: Nonces) -> World {
    let dpop = Dpop::new(origin).unwrap().nonces(nonces);
    World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).dpop(dpop)
    })
}

/// A nonce of the guard's present.
pub(super) fn issue(world: &World) -> String {
    issue_at(world, world.clock_seconds())
}

/// A nonce that the guard issues at this time; its clock is moved for that alone.
pub(super) fn issue_at(world: &World, seconds: u64) -> String {
    let present = world.clock_seconds();
    world.clock.set(seconds);
    let (head, ()) = Request::get("/a").body(()).unwrap().into_parts();
    let mut headers = HeaderMap::new();
    world.guard.new_nonce(&head).finish(&mut headers);
    world.clock.set(present);
    headers["dpop-nonce"].to_str().unwrap().to_owned()
}

/// Sends a good proof after `change`.
pub(super) async fn send(world: &World, change: impl FnOnce(Proof) -> Proof) -> Answer {
    let token = world.token().claim("exp", NOW + 100_000).sign();
    let proof = change(world.proof(&token)).sign();
    world.present(&token, &proof).await
}

/// Sends a good proof with this nonce, made at `iat`.
pub(super) async fn send_nonce(world: &World, nonce: &str, iat: u64) -> Answer {
    send(world, |proof| proof.claim("nonce", nonce).claim("iat", iat)).await
}

/// The nonces of a response.
pub(super) fn nonces_of(answer: &Answer) -> Vec<&str> {
    let lines = answer.0.headers().get_all("dpop-nonce").iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

/// The only nonce of a response.
#[track_caller]
pub(super) fn nonce_of(answer: &Answer) -> String {
    let nonces = nonces_of(answer);
    assert_eq!(nonces.len(), 1, "{nonces:?}");
    nonces[0].to_owned()
}

/// Refused with `use_dpop_nonce` and one new nonce, for this reason.
#[track_caller]
pub(super) fn assert_challenged(answer: &Answer, kind: &str) {
    answer.assert_refused("NONCE", kind);
    nonce_of(answer);
}

pub(super) trait Seconds {
    fn clock_seconds(&self) -> u64;
}

impl Seconds for World {
    fn clock_seconds(&self) -> u64 {
        use sender_constraint::time::Clock as _;
        self.clock.now().as_unix_seconds().try_into().unwrap()
    }
}
