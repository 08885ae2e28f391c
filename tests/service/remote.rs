//! An authorization server in memory: documents by address, requests counted, answers held back at will.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unnameable_types,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "shared by tests, each of which uses a part"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use http::header::CACHE_CONTROL;
use http::{HeaderMap, StatusCode};
use sender_constraint::Guard;
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{
    HttpClient, HttpError, IncomingResponse, OutgoingRequest, UrlSource,
};
use sender_constraint::keys::{RemoteKeys, RemoteKeysBuilder};
use sender_constraint::proof::Dpop;
use sender_constraint::time::Clock as _;
use sender_constraint::token::JwtVerifier;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::common::{AUDIENCE, ISSUER, Key, MintToken as _, NOW, ORIGIN, TestClock, Token, World};

pub const METADATA: &str = "https://as.example.com/.well-known/oauth-authorization-server";
pub const OPENID_METADATA: &str = "https://as.example.com/.well-known/openid-configuration";
pub const JWKS: &str = "https://as.example.com/jwks";

/// The network as the crate sees it. Clones share it.
#[derive(Clone, Debug)]
pub struct Net(Arc<State>);

#[derive(Debug)]
struct State {
    documents: Mutex<BTreeMap<String, IncomingResponse>>,
    requests: Mutex<Vec<(String, UrlSource)>>,
    open: watch::Sender<bool>,
}

impl Net {
    /// Nothing answers.
    pub fn empty() -> Self {
        Self(Arc::new(State {
            documents: Mutex::default(),
            requests: Mutex::default(),
            open: watch::Sender::new(true),
        }))
    }

    /// The metadata of `ISSUER`, and a set with these keys.
    pub fn serving(keys: &[Value]) -> Self {
        let net = Self::empty();
        net.put(METADATA, &json!({"issuer": ISSUER, "jwks_uri": JWKS}));
        net.publish(keys);
        net
    }

    /// Sets the document at `url`.
    pub fn put(&self, url: &str, document: &Value) {
        self.answer(url, StatusCode::OK, &document.to_string(), None);
    }

    /// Sets the keys of the issuer.
    pub fn publish(&self, keys: &[Value]) {
        self.put(JWKS, &json!({"keys": keys}));
    }

    pub fn answer(&self, url: &str, status: StatusCode, body: &str, cache_control: Option<&str>) {
        let cache_control = cache_control.map(|value| (CACHE_CONTROL, value.parse().unwrap()));
        let headers = HeaderMap::from_iter(cache_control);
        let fetched = IncomingResponse::new(status, headers, body.as_bytes().to_vec());
        self.0
            .documents
            .lock()
            .unwrap()
            .insert(url.to_owned(), fetched);
    }

    /// Sets the response at `url`.
    pub fn respond(&self, url: &str, response: IncomingResponse) {
        self.0
            .documents
            .lock()
            .unwrap()
            .insert(url.to_owned(), response);
    }

    /// From now on nothing answers at `url`.
    pub fn remove(&self, url: &str) {
        self.0.documents.lock().unwrap().remove(url);
    }

    /// Holds every answer back, as it was when it was asked for.
    pub fn hold(&self) {
        self.0.open.send_replace(false);
    }

    /// Lets the answers go.
    pub fn release(&self) {
        self.0.open.send_replace(true);
    }

    /// What was asked for, in order.
    pub fn requests(&self) -> Vec<(String, UrlSource)> {
        self.0.requests.lock().unwrap().clone()
    }

    /// How often the key set was asked for.
    pub fn fetches(&self) -> usize {
        let requests = self.0.requests.lock().unwrap();
        requests.iter().filter(|(url, _)| url == JWKS).count()
    }
}

impl HttpClient for Net {
    fn send<'a>(
        &'a self,
        fetch: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        let request = (fetch.url.clone(), fetch.url_source);
        self.0.requests.lock().unwrap().push(request);
        let answer = self.0.documents.lock().unwrap().get(&fetch.url).cloned();
        let answer = answer.ok_or_else(|| HttpError::Failed {
            url: fetch.url.clone(),
            reason: "nobody is there".to_owned(),
        });
        let mut open = self.0.open.subscribe();
        MaybeReady::pending(async move {
            open.wait_for(|open| *open).await.expect("a sender");
            answer
        })
    }
}

/// A guarded service whose keys come over the network.
pub struct Remote {
    pub world: World,
    pub net: Net,
    pub keys: RemoteKeys,
    clock: TestClock,
}

impl Remote {
    /// Connected to an issuer with the key `k1`, number 0.
    pub async fn connected() -> Self {
        Self::connected_with(|builder| builder).await
    }

    pub async fn connected_with(
        change: impl FnOnce(RemoteKeysBuilder) -> RemoteKeysBuilder,
    ) -> Self {
        let net = Net::serving(&[issuer_key().published("k1")]);
        let clock = TestClock::at(NOW);
        let builder = RemoteKeys::for_issuer(ISSUER, net.clone()).clock(clock.clone());
        let keys = change(builder).fetch().await.expect("keys");
        Self::of(net, keys, clock)
    }

    /// Not connected yet.
    pub fn later(net: Net) -> Self {
        let clock = TestClock::at(NOW);
        let builder = RemoteKeys::for_issuer(ISSUER, net.clone()).clock(clock.clone());
        let keys = builder.lazy().expect("keys");
        Self::of(net, keys, clock)
    }

    fn of(net: Net, keys: RemoteKeys, clock: TestClock) -> Self {
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.clone()).expect("a verifier");
        let world = World::with_tokens(issuer_key(), tokens, |tokens| {
            let dpop = Dpop::new(ORIGIN).expect("an origin");
            Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
        });
        Self {
            world,
            net,
            keys,
            clock,
        }
    }

    /// Moves the clocks of guard and keys.
    pub fn advance(&self, seconds: u64) {
        self.world.clock.advance(seconds);
        self.clock.advance(seconds);
    }

    /// Sets the clocks of guard and keys.
    pub fn set(&self, seconds: u64) {
        self.world.clock.set(seconds);
        self.clock.set(seconds);
    }

    /// An unbound token that outlives every test, by `key` under `kid`; issued before every fetch.
    pub fn token(&self, key: &Key, kid: &str) -> String {
        self.token_issued_at(NOW - 3600, key, kid)
    }

    /// The same, issued right now.
    pub fn young_token(&self, key: &Key, kid: &str) -> String {
        let now = self.clock.now().as_unix_seconds();
        self.token_issued_at(now.try_into().expect("after 1970"), key, kid)
    }

    pub fn token_issued_at(&self, iat: u64, key: &Key, kid: &str) -> String {
        let token = Token::unbound(key).header("kid", kid).claim("iat", iat);
        token.claim("exp", NOW + 100 * 86_400).sign()
    }

    /// A good token by the key `k1`.
    pub fn good_token(&self) -> String {
        self.token(&issuer_key(), "k1")
    }
}

pub fn issuer_key() -> Key {
    Key::from_seed("ES256", 0)
}

/// Lets tasks in the background run as far as they can.
pub async fn settle() {
    for _ in 0..32 {
        tokio::task::yield_now().await;
    }
}
