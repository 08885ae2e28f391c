//! A rule that counts its calls, and a guard that asks it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use sender_constraint::future::MaybeReady;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, IssuerResolver, JwtVerifier, TenantIssuers};
use sender_constraint::{Guard, Unavailable};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::common::*;

pub(super) const ACME: &str = "https://login.example.com/acme";
pub(super) const BETA: &str = "https://login.example.com/beta";

/// Allows a set of issuers, all with the key of seed 0, once it is let go.
#[derive(Clone, Debug)]
pub(super) struct Rule(Arc<State>);

#[derive(Debug)]
struct State {
    allowed: Mutex<BTreeSet<String>>,
    /// Each with whether a configuration was in use.
    calls: Mutex<Vec<(String, bool)>>,
    running: Mutex<(usize, usize)>,
    gate: Semaphore,
    is_away: Mutex<bool>,
}

impl Rule {
    pub(super) fn allowing(issuers: &[&str]) -> Self {
        Self(Arc::new(State {
            allowed: Mutex::new(issuers.iter().map(ToString::to_string).collect()),
            calls: Mutex::default(),
            running: Mutex::default(),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            is_away: Mutex::default(),
        }))
    }

    pub(super) fn allow(&self, issuer: &str) {
        self.0.allowed.lock().unwrap().insert(issuer.to_owned());
    }

    pub(super) fn withdraw(&self, issuer: &str) {
        self.0.allowed.lock().unwrap().remove(issuer);
    }

    pub(super) fn set_away(&self, is_away: bool) {
        *self.0.is_away.lock().unwrap() = is_away;
    }

    /// Calls wait until `release`.
    pub(super) fn hold(&self) {
        self.0.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub(super) fn release(&self, calls: usize) {
        self.0.gate.add_permits(calls);
    }

    pub(super) fn calls(&self) -> usize {
        self.0.calls.lock().unwrap().len()
    }

    pub(super) fn last_call(&self) -> (String, bool) {
        self.0.calls.lock().unwrap().last().unwrap().clone()
    }

    /// The largest number of calls at the same time.
    pub(super) fn most_running(&self) -> usize {
        self.0.running.lock().unwrap().1
    }

    async fn answer(
        &self,
        issuer: &str,
        current: Option<&Issuer>,
    ) -> Result<Option<Issuer>, Unavailable> {
        let call = (issuer.to_owned(), current.is_some());
        self.0.calls.lock().unwrap().push(call);
        {
            let mut running = self.0.running.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
        }
        self.0.gate.acquire().await.unwrap().forget();
        self.0.running.lock().unwrap().0 -= 1;
        if *self.0.is_away.lock().unwrap() {
            return Err(Unavailable::issuer_resolver("test"));
        }
        let is_allowed = self.0.allowed.lock().unwrap().contains(issuer);
        Ok(is_allowed.then(|| current.cloned().unwrap_or_else(|| configured(issuer))))
    }
}

pub(super) fn configured(issuer: &str) -> Issuer {
    Issuer::new(issuer, keys()).unwrap()
}

pub(super) fn keys() -> StaticKeys {
    let key = Key::from_seed("ES256", 0).published("k1");
    StaticKeys::from_json(&json!({"keys": [key]}).to_string()).unwrap()
}

impl IssuerResolver for Rule {
    fn resolve<'a>(
        &'a self,
        issuer: &'a str,
        current: Option<&'a Issuer>,
    ) -> MaybeReady<'a, Result<Option<Issuer>, Unavailable>> {
        MaybeReady::pending(self.answer(issuer, current))
    }
}

/// A guard that takes bearer tokens as well.
pub(super) fn world(tenants: &TenantIssuers) -> World {
    world_of(JwtVerifier::for_tenants(tenants.clone(), AUDIENCE).unwrap())
}

pub(super) fn world_of(tokens: JwtVerifier) -> World {
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
    })
}

thread_local! {
    static TOKENS: RefCell<BTreeMap<(String, usize), String>> = RefCell::default();
}

/// A good token of this issuer: for the same `nth` the same one, which a guard that saw it has cached.
pub(super) fn token(world: &World, issuer: &str, nth: usize) -> String {
    let sign = || {
        let token = Token::unbound(&world.issuer).claim("iss", issuer);
        token.claim("nth", nth).sign()
    };
    TOKENS.with_borrow_mut(|tokens| {
        let known = tokens.entry((issuer.to_owned(), nth));
        known.or_insert_with(sign).clone()
    })
}

pub(super) async fn send(world: &World, issuer: &str, nth: usize) -> Answer {
    world.present_bearer(&token(world, issuer, nth)).await
}

pub(super) async fn until(reached: impl Fn() -> bool) {
    for _ in 0..100_000 {
        if reached() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("not reached");
}
