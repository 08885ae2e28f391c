//! One issuer, one client and guards of several settings, by a clock that stands.

use std::cell::RefCell;
use std::future::Future;
use std::sync::LazyLock;

use http::request::Parts;
use sender_constraint::future::MaybeReady;
use sender_constraint::proof::{Dpop, SenderTables};
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::token::{Dialect, JwtVerifier, TokenVerifier};
use sender_constraint::{Admission, Guard, Rejection};
use sender_constraint_testing::{Client, FixedClock, Issuer, Proof, SigningKey, Token};

pub(crate) const NOW: u64 = 1_767_225_600;
pub(crate) const ISSUER: &str = "https://as.example.com";
pub(crate) const ORIGIN: &str = "https://rs.example.com";

pub(crate) static ISSUING: LazyLock<Issuer> = LazyLock::new(|| {
    let key = SigningKey::from_seed("ES256", 0);
    Issuer::new(ISSUER).with_key(key).with_clock(clock())
});

pub(crate) static CLIENT: LazyLock<Client> =
    LazyLock::new(|| Client::with_key(SigningKey::from_seed("ES256", 1)).with_clock(clock()));

pub(crate) fn clock() -> FixedClock {
    FixedClock::at(NOW)
}

pub(crate) fn token() -> Token {
    ISSUING.token(ORIGIN).bound_to(CLIENT.key())
}

/// A good proof for `GET /a`.
pub(crate) fn proof(token: &str) -> Proof {
    CLIENT.proof("GET", &format!("{ORIGIN}/a"), token)
}

pub(crate) fn dpop() -> Dpop {
    Dpop::new(ORIGIN).expect("an origin").replay_store(Fresh)
}

pub(crate) fn jwt_verifier() -> JwtVerifier {
    JwtVerifier::new(ISSUER, ORIGIN, ISSUING.keys()).expect("a verifier")
}

/// For tokens of Keycloak, whose claims have other meanings.
pub(crate) fn keycloak_verifier() -> JwtVerifier {
    use sender_constraint::token::Issuer;
    let issuer = Issuer::new(ISSUER, ISSUING.keys()).expect("an issuer");
    JwtVerifier::for_issuer(issuer.dialect(Dialect::keycloak()), ORIGIN).expect("a verifier")
}

pub(crate) fn guard(tokens: impl TokenVerifier, dpop: Dpop) -> Guard {
    let builder = Guard::builder(tokens).dpop(dpop).clock(clock());
    builder.build().expect("a guard")
}

pub(crate) static GUARD: LazyLock<Guard> = LazyLock::new(|| guard(jwt_verifier(), dpop()));

/// Uses the table of a sender from its second proof on.
pub(crate) static WITH_TABLES: LazyLock<Guard> = LazyLock::new(|| {
    let tables = SenderTables::default().build_after(1).expect("a number");
    guard(jwt_verifier(), dpop().sender_tables(tables))
});

/// The verdict on `GET /a` with these texts.
pub(crate) fn present(guard: &Guard, token: &str, proof: &str) -> Result<Admission, Rejection> {
    let mut head = CLIENT
        .request_with("GET", &format!("{ORIGIN}/a"), token, proof)
        .into_parts()
        .0;
    verdict(guard, &mut head)
}

pub(crate) fn verdict(guard: &Guard, head: &mut Parts) -> Result<Admission, Rejection> {
    wait(guard.check(head))
}

/// Completes the future on this thread.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    thread_local! {
        static RUNTIME: RefCell<tokio::runtime::Runtime> = RefCell::new(
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime"),
        );
    }
    RUNTIME.with_borrow(|runtime| runtime.block_on(future))
}

/// Remembers nothing: an input may present one proof many times.
#[derive(Debug)]
struct Fresh;

impl ReplayStore for Fresh {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(Ok(Insertion::Fresh))
    }
}
