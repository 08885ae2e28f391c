//! An issuer that replaces and withdraws keys, and fails: no node accepts a key that is older than promised, and none
//! refuses a token of a key that is published.

use std::sync::{Arc, Mutex, MutexGuard};

use http::{HeaderMap, StatusCode};
use sender_constraint::Guard;
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use sender_constraint::keys::RemoteKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use serde_json::json;

use crate::common::{
    AUDIENCE, ISSUER, Key, MintProof as _, MintToken as _, NOW, ORIGIN, Proof, TestClock, Token,
    World,
};
use crate::random::{self, Random};

/// The connection of one node to the issuer, and what it has received.
#[derive(Clone, Debug)]
struct Connection(Arc<Mutex<Received>>, Issuer);

#[derive(Debug, Default)]
struct Received {
    /// When the last set was requested, and its keys.
    set: Option<(u64, Vec<u8>)>,
    failed: Option<u64>,
}

/// Clones are the same issuer.
#[derive(Clone, Debug)]
struct Issuer(Arc<Mutex<Published>>);

#[derive(Debug)]
struct Published {
    now: u64,
    keys: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Available,
    /// Answers with an empty set.
    Empty,
    Hanging,
    Unavailable,
}

impl Issuer {
    fn published(&self) -> MutexGuard<'_, Published> {
        self.0.lock().unwrap()
    }
}

impl Connection {
    fn received(&self) -> MutexGuard<'_, Received> {
        self.0.lock().unwrap()
    }

    /// `None` if there is no answer.
    fn answer(&self, url: &str) -> Option<Result<IncomingResponse, HttpError>> {
        let published = self.1.published();
        let mut received = self.received();
        let keys = match published.state {
            State::Available => published.keys.clone(),
            State::Empty => Vec::new(),
            State::Hanging | State::Unavailable => {
                received.failed = Some(published.now);
                let reason = "connection refused".to_owned();
                let error = HttpError::Failed {
                    url: url.to_owned(),
                    reason,
                };
                return (published.state == State::Unavailable).then_some(Err(error));
            }
        };
        let jwks: Vec<_> = keys
            .iter()
            .map(|key| signing(*key).published(&kid(*key)))
            .collect();
        match keys.is_empty() {
            true => received.failed = Some(published.now),
            false => received.set = Some((published.now, keys)),
        }
        let body = json!({"keys": jwks}).to_string().into_bytes();
        Some(Ok(IncomingResponse::new(
            StatusCode::OK,
            HeaderMap::new(),
            body,
        )))
    }
}

impl HttpClient for Connection {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        MaybeReady::pending(async move {
            tokio::task::yield_now().await;
            match self.answer(&request.url) {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }
}

fn signing(key: u8) -> Key {
    Key::from_seed("ES256", key)
}

fn kid(key: u8) -> String {
    format!("k{key}")
}

struct Node {
    connection: Connection,
    keys: RemoteKeys,
    world: World,
}

impl Node {
    fn start(issuer: &Issuer) -> Self {
        let clock = TestClock::at(issuer.published().now);
        let connection = Connection(Arc::default(), issuer.clone());
        let keys = RemoteKeys::from_jwks_uri("https://as.example.com/jwks", connection.clone());
        let keys = keys.clock(clock.clone()).lazy().unwrap();
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.clone()).unwrap();
        let dpop = Dpop::new(ORIGIN).unwrap();
        let guard = Guard::builder(tokens).dpop(dpop).clock(clock.clone());
        let world = World::around(signing(0), clock, guard);
        Self {
            connection,
            keys,
            world,
        }
    }

    /// Whether a token of this key, issued now or before, is accepted.
    async fn accepts(&self, key: u8, now: u64, age: u64) -> Result<bool, String> {
        self.world.clock.set(now);
        let token = Token::bound(&signing(key), &self.world.client);
        let token = token.header("kid", kid(key)).claim("iat", now - age);
        let token = token.claim("exp", now + 300).sign();
        let proof = Proof::new(&self.world.client, &token).claim("iat", now);
        let answer = self.world.present(&token, &proof.sign()).await;
        match answer.outcome().as_str() {
            "OK" => Ok(true),
            "TOK(DPoP)" => Ok(false),
            "INFRA" => Err(answer.rejection().to_string()),
            other => panic!("{other}: {}", answer.rejection()),
        }
    }

    /// The promise of `RemoteKeys`.
    fn check_age(&self, key: u8, now: u64) {
        let received = self.connection.received();
        let (fetched, keys) = received.set.as_ref().expect("accepted without a set");
        assert!(keys.contains(&key), "{key} is not in the last set {keys:?}");
        let age = now - fetched;
        assert!(age <= 24 * 60 * 60, "the set is {age} s old");
        let has_failed = received
            .failed
            .is_some_and(|failed| now - failed <= 30 + 60);
        assert!(
            age <= 15 * 60 + 60 || has_failed,
            "the set is {age} s old, without a failure"
        );
    }
}

async fn step(nodes: &mut [Node], issuer: &Issuer, random: &mut Random) {
    let now = {
        let mut published = issuer.published();
        published.now += SPANS[random.index(SPANS.len())];
        if random.once_in(8) {
            published.state = STATES[random.index(STATES.len())];
        }
        let newest = published.keys.last().copied().unwrap_or(0);
        if random.once_in(10) && newest < u8::MAX {
            published.keys.push(newest + 1);
        }
        if published.keys.len() > 2 || (published.keys.len() > 1 && random.once_in(10)) {
            published.keys.remove(0);
        }
        published.now
    };
    let node = random.index(nodes.len());
    if random.once_in(60) {
        nodes[node] = Node::start(issuer);
    }
    if random.once_in(60) {
        // From now on only what is fetched after it counts.
        nodes[node].keys.purge();
        *nodes[node].connection.received() = Received::default();
    }
    let (newest, is_available) = {
        let published = issuer.published();
        (
            published.keys.last().copied().unwrap(),
            published.state == State::Available,
        )
    };
    let key = newest.saturating_sub(u8::try_from(random.below(4)).unwrap());
    match nodes[node].accepts(key, now, 0).await {
        Ok(true) => nodes[node].check_age(key, now),
        Ok(false) => assert!(
            !(is_available && issuer.published().keys.contains(&key)),
            "{key} is published, and a token of it is refused"
        ),
        Err(_) => {}
    }
}

async fn run(seed: u64) {
    println!("FLEET_SEED={seed}: keys");
    let mut random = Random::new(seed);
    let published = Published {
        now: NOW,
        keys: vec![0],
        state: State::Available,
    };
    let issuer = Issuer(Arc::new(Mutex::new(published)));
    let mut nodes: Vec<_> = (0..random.within(1, 3))
        .map(|_| Node::start(&issuer))
        .collect();
    for _ in 0..STEPS {
        step(&mut nodes, &issuer, &mut random).await;
    }
    issuer.published().state = State::Available;
    for node in nodes {
        let mut last = Err(String::new());
        for _ in 0..2 {
            let (now, key) = {
                let mut published = issuer.published();
                published.now += 60;
                (published.now, published.keys[0])
            };
            last = node.accepts(key, now, 0).await;
        }
        assert_eq!(last, Ok(true), "the issuer is back");
    }
}

#[tokio::test(start_paused = true)]
async fn fleet_03_keys_are_used_no_longer_than_promised_and_new_ones_are_found() {
    for (seed, _) in random::seeds(4, 4) {
        run(seed).await;
    }
}

const STEPS: usize = 300;
/// In seconds.
const SPANS: [u64; 9] = [0, 1, 3, 10, 30, 100, 900, 2_000, 20_000];
const STATES: [State; 6] = [
    State::Available,
    State::Available,
    State::Available,
    State::Empty,
    State::Hanging,
    State::Unavailable,
];
