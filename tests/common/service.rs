//! A guarded service that counts its calls, and what a client sees of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::header::WWW_AUTHENTICATE;
use http::{Request, Response, StatusCode};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Access, Guard, GuardBuilder, GuardLayer, Rejection};
use serde_json::{Value, json};
use tower::{ServiceExt as _, service_fn};

use super::{
    AUDIENCE, ISSUER, Key, MintProof as _, MintToken as _, NOW, ORIGIN, Proof, TestClock, Token,
};

/// One issuer, one client, one guarded service; the clock stands at `NOW`.
pub struct World {
    pub issuer: Key,
    pub client: Key,
    pub clock: TestClock,
    pub guard: Guard,
    layer: Option<GuardLayer>,
    calls: Arc<AtomicUsize>,
}

impl World {
    /// A guard with every default: DPoP only.
    pub fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// The default guard with changed settings.
    pub fn with(change: impl FnOnce(GuardBuilder) -> GuardBuilder) -> Self {
        let dpop = Dpop::new(ORIGIN).expect("an origin");
        Self::of(Key::from_seed("ES256", 0), |tokens| {
            change(Guard::builder(tokens).dpop(dpop))
        })
    }

    /// A guard with other DPoP settings.
    pub fn with_dpop(change: impl FnOnce(Dpop) -> Dpop) -> Self {
        let dpop = change(Dpop::new(ORIGIN).expect("an origin"));
        Self::of(Key::from_seed("ES256", 0), |tokens| {
            Guard::builder(tokens).dpop(dpop)
        })
    }

    /// A guard that knows only bearer tokens.
    pub fn bearer_only() -> Self {
        Self::of(Key::from_seed("ES256", 0), |tokens| {
            Guard::builder(tokens).allow_unbound_tokens()
        })
    }

    /// A guard of both schemes.
    pub fn of_both_schemes() -> Self {
        Self::with(|guard| guard.allow_unbound_tokens())
    }

    /// The default guard with these keys of the issuer.
    pub fn with_keys(keys: StaticKeys) -> Self {
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier");
        Self::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
            Guard::builder(tokens).dpop(Dpop::new(ORIGIN).expect("an origin"))
        })
    }

    /// The default guard with this key set of the issuer.
    pub fn with_jwks(jwks: impl IntoIterator<Item = Value>) -> Self {
        let jwks: Vec<_> = jwks.into_iter().collect();
        let keys = StaticKeys::from_json(&json!({"keys": jwks}).to_string());
        Self::with_keys(keys.expect("keys"))
    }

    /// A guard for tokens signed by `issuer` under `kid` `k1`.
    pub fn of(issuer: Key, build: impl FnOnce(JwtVerifier) -> GuardBuilder) -> Self {
        let set = json!({"keys": [issuer.published("k1")]}).to_string();
        let keys = StaticKeys::from_json(&set).expect("keys");
        Self::with_tokens(
            issuer,
            JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier"),
            build,
        )
    }

    /// A guard with a token verifier of the test's own.
    pub fn with_tokens(
        issuer: Key,
        tokens: JwtVerifier,
        build: impl FnOnce(JwtVerifier) -> GuardBuilder,
    ) -> Self {
        let clock = TestClock::at(NOW);
        let guard = build(tokens).clock(clock.clone());
        Self::around(issuer, clock, guard)
    }

    /// A guard of the test's own, by this clock.
    pub fn around(issuer: Key, clock: TestClock, guard: GuardBuilder) -> Self {
        let guard = guard.build().expect("a guard");
        Self {
            issuer,
            client: Key::from_seed("ES256", 1),
            clock,
            guard,
            layer: None,
            calls: Arc::default(),
        }
    }

    /// Sends requests through this layer of the guard.
    pub fn behind(self, layer: GuardLayer) -> Self {
        Self {
            layer: Some(layer),
            ..self
        }
    }

    /// AT1: a good token, bound to the client's key.
    pub fn token(&self) -> Token {
        Token::bound(&self.issuer, &self.client)
    }

    /// AT0: a good token, bound to nothing.
    pub fn unbound_token(&self) -> String {
        Token::unbound(&self.issuer).sign()
    }

    /// A bound token with a fresh proof.
    pub fn token_and_proof(&self) -> (String, String) {
        let token = self.token().sign();
        let proof = self.proof(&token).sign();
        (token, proof)
    }

    /// A good proof for one `GET` of `/a` with `token`.
    pub fn proof(&self, token: &str) -> Proof {
        Proof::new(&self.client, token)
    }

    /// A request that passes: `GET /a` with a fresh token and a fresh proof.
    pub fn good_request(&self) -> Request<()> {
        let token = self.token().sign();
        let proof = self.proof(&token).sign();
        request(&format!("DPoP {token}"), &proof)
    }

    /// Sends the request through the layer.
    pub async fn send(&self, request: Request<()>) -> Answer {
        let calls = Arc::clone(&self.calls);
        let inner = service_fn(move |request: Request<()>| {
            calls.fetch_add(1, Ordering::SeqCst);
            let mut response = Response::new(String::from("served"));
            response
                .extensions_mut()
                .extend(request.extensions().clone());
            let names = request.headers().keys().map(ToString::to_string);
            response.extensions_mut().insert(names.collect::<Vec<_>>());
            std::future::ready(Ok::<_, Infallible>(response))
        });
        let layer = self.layer.clone().unwrap_or_else(|| self.guard.layer());
        let service = tower::Layer::layer(&layer, inner);
        Answer(service.oneshot(request).await.expect("infallible"))
    }

    /// Sends a request with this token and proof under scheme DPoP.
    pub async fn present(&self, token: &str, proof: &str) -> Answer {
        self.send(request(&format!("DPoP {token}"), proof)).await
    }

    /// Sends a request with this token and a fresh proof of its own.
    pub async fn present_token(&self, token: &str) -> Answer {
        self.present(token, &self.proof(token).sign()).await
    }

    /// Sends a request with this token under scheme Bearer.
    pub async fn present_bearer(&self, token: &str) -> Answer {
        self.send(request(&format!("Bearer {token}"), "")).await
    }

    /// How often the service behind was called.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// `GET /a` with these headers; an empty text leaves the header out.
pub fn request(authorization: &str, proof: &str) -> Request<()> {
    let mut request = Request::get("/a");
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    if !proof.is_empty() {
        request = request.header("dpop", proof);
    }
    request.body(()).expect("a request")
}

/// What came back.
#[derive(Debug)]
pub struct Answer(pub Response<String>);

impl Answer {
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The challenges, one for each field line.
    pub fn challenges(&self) -> Vec<&str> {
        let lines = self.0.headers().get_all(WWW_AUTHENTICATE).iter();
        lines.map(|line| line.to_str().expect("text")).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.0
            .headers()
            .get(name)
            .map(|value| value.to_str().expect("text"))
    }

    /// Why it was refused, as outer layers see it.
    pub fn rejection(&self) -> &Rejection {
        self.0.extensions().get().expect("a refusal")
    }

    pub fn kind(&self) -> &'static str {
        self.rejection().kind()
    }

    /// What the service behind was given.
    pub fn access(&self) -> &Access {
        self.0.extensions().get().expect("an accepted request")
    }

    /// The names of the headers that the service behind was given.
    pub fn inner_headers(&self) -> &[String] {
        self.0
            .extensions()
            .get::<Vec<String>>()
            .expect("an accepted request")
    }

    #[track_caller]
    pub fn assert_passed(&self) {
        assert_eq!(
            self.status(),
            StatusCode::OK,
            "{:?}",
            self.0.extensions().get::<Rejection>()
        );
        assert_eq!(self.0.body(), "served");
    }

    /// The codes of the requirements' test columns: `NOCRED`, `REQ`, `TOK(DPoP)`, `TOK(Bearer)`, `PROOF`,
    /// `NONCE`, `STEP(DPoP)`, `SCOPE(DPoP)`, `INFRA`, or the bare status.
    pub fn outcome(&self) -> String {
        let blamed: Vec<_> = self
            .challenges()
            .into_iter()
            .filter(|challenge| challenge.contains("error="))
            .collect();
        let scheme = blamed
            .first()
            .map_or("", |challenge| challenge.split(' ').next().unwrap());
        let has = |code: &str| {
            blamed
                .iter()
                .any(|each| each.contains(&format!("error=\"{code}\"")))
        };
        match self.status().as_u16() {
            200 => "OK".to_owned(),
            400 if has("invalid_request") => "REQ".to_owned(),
            401 if blamed.is_empty() => "NOCRED".to_owned(),
            401 if has("invalid_token") => format!("TOK({scheme})"),
            401 if has("invalid_dpop_proof") => "PROOF".to_owned(),
            401 if has("use_dpop_nonce") => "NONCE".to_owned(),
            401 if has("insufficient_user_authentication") => format!("STEP({scheme})"),
            403 if has("insufficient_scope") => format!("SCOPE({scheme})"),
            503 if self.challenges().is_empty() => "INFRA".to_owned(),
            status => status.to_string(),
        }
    }

    /// Refused with this outcome and for this reason.
    #[track_caller]
    pub fn assert_refused(&self, outcome: &str, kind: &str) {
        assert_eq!(
            (self.outcome().as_str(), self.kind()),
            (outcome, kind),
            "{}",
            self.rejection()
        );
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.0.body(), "");
    }
}

/// The claims a token was minted with, as the service behind reads them.
pub fn claims(access: &Access) -> Value {
    access.claims().deserialize().expect("claims")
}
