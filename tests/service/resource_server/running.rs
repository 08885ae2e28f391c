//! The service of the example `resource_server`, from its command line to its responses.

use super::app::app;
use super::guard::guard;
use super::issuers::Issuers;
use super::options::Options;
use super::requirement::requirement;
use super::shared::Shared;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use sender_constraint_testing::{Client, IssuerServer, Token};
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[tokio::test]
async fn verdict_has_sender_token_and_proof() {
    let server = Running::start(&[]).await;
    let token = server.token().sign();
    let request = server.client.request("GET", URL, &token);
    let verdict = server.send(request).await;
    assert_eq!(verdict.status, StatusCode::OK);
    let claims: Value = serde_json::from_slice(&decode(&token, 1)).unwrap();
    let jkt = server.client.key().thumbprint();
    let mut shown: Value = serde_json::from_str(&verdict.text).unwrap();
    let age = shown["proof"]["age_seconds"].take();
    assert!(age.as_f64().unwrap() < 60.0, "{age}");
    let expected = json!({
        "iss": server.issuer.issuer().name(),
        "sub": "alice",
        "client_id": "app",
        "scope": "read write",
        "sender": {"method": "dpop", "jkt": jkt},
        "token": {"alg": "ES256", "kid": "k1", "aud": AUDIENCE, "exp": claims["exp"]},
        "proof": {"alg": "ES256", "age_seconds": null},
    });
    assert_eq!(shown, expected);
    assert!(verdict.text.ends_with("}\n"), "{}", verdict.text);
}

#[tokio::test]
async fn verdict_has_no_proof_that_was_not_verified() {
    let server = Running::start(&["--allow-unbound"]).await;
    let token = server.issuer.issuer().token(AUDIENCE).sign();
    let request = Request::get(URL)
        .header("authorization", format!("Bearer {token}"))
        .header("dpop", server.client.proof("GET", URL, &token).sign());
    let verdict = server.send(request.body(()).unwrap()).await;
    let shown: Value = serde_json::from_str(&verdict.text).unwrap();
    assert_eq!(shown["sender"], json!({"method": "none"}));
    assert_eq!(shown.get("proof"), None);
}

#[tokio::test]
async fn age_of_a_proof_from_the_future_is_negative() {
    let server = Running::start(&["--clock-skew", "60"]).await;
    let token = server.token().sign();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let ahead = now.unwrap().as_secs() + 50;
    let proof = server.client.proof("GET", URL, &token).claim("iat", ahead);
    let request = server
        .client
        .request_with("GET", URL, &token, &proof.sign());
    let verdict = server.send(request).await;
    let shown: Value = serde_json::from_str(&verdict.text).unwrap();
    let age = shown["proof"]["age_seconds"].as_f64().unwrap();
    assert!((-50.0..0.0).contains(&age), "{age}");
}

#[tokio::test]
async fn issuers_have_their_keys_in_the_summary() {
    let server = Running::start(&[]).await;
    let name = server.issuer.issuer().name();
    assert_eq!(
        server.keys,
        [format!("{name}; by its metadata 1 key (ES256)")]
    );
    let rsa = Running::start(&["--token-algs", "RS256"]).await.keys;
    let [keys] = rsa.as_slice() else {
        panic!("{rsa:?}");
    };
    assert!(
        keys.ends_with("1 key (none for an allowed algorithm: --token-algs)"),
        "{keys}"
    );
}

#[tokio::test]
async fn errors_at_start_name_options() {
    for (arguments, expected) in [
        (
            &["--origin", "http://api.example.com"][..],
            "--origin: origin \"http://api.example.com\" is not usable: it is not https (plain http is accepted for \
             loopback only); configure insecure http with --insecure-http-origin",
        ),
        (
            &["--forwarded-cert", "pkcs7", "--trusted-peer", "unix"],
            "--forwarded-cert: came \"pkcs7\", expected one of der-base64, der-base64-chain, der-base64-quoted, \
             pem-percent, pem-percent-chain, pem-spaces, rfc9440, sha256-base64, sha256-hex, xfcc",
        ),
        (
            &[
                "--forwarded-cert",
                "rfc9440",
                "--trusted-peer",
                "unix",
                "--trusted-hops",
                "2",
            ],
            "--trusted-hops: it has no effect without --forwarded-cert xfcc",
        ),
        (
            &["--origin", "https://a.example.com https://a.example.com"],
            "--origin: the origins \"https://a.example.com\" and \"https://a.example.com\" cannot be in one `Dpop`: a \
             request does not say which of them its `Host` names",
        ),
        (
            &[
                "--forwarded",
                "rfc7239",
                "--forwarded-hops",
                "0",
                "--trusted-peer",
                "unix",
            ],
            "--forwarded-hops: it is 0, but must be from 1 to 10",
        ),
        (
            &["--token-algs", "HS256"],
            "--token-algs: \"HS256\" is none of ES256, ES384, ES512, EdDSA, Ed25519, PS256, PS384, PS512, RS256, RS384, \
             RS512",
        ),
        (
            &["--ignore-cnf", "jkt"],
            "`jkt` is always checked: --ignore-cnf cannot ignore it",
        ),
    ] {
        let error = Running::try_start(arguments).await.err();
        assert_eq!(error.as_deref(), Some(expected));
    }
    Running::start(&[
        "--origin",
        "http://api.example.com",
        "--insecure-http-origin",
    ])
    .await;
    let xfcc = [
        "--forwarded-cert",
        "xfcc",
        "--trusted-peer",
        "10.0.0.1",
        "--trusted-hops",
        "2",
    ];
    Running::start(&xfcc).await;
}

#[tokio::test]
async fn host_selects_among_origins_and_the_forwarded_one_in_its_place() {
    use sender_constraint::cert::Peer;

    let origins = "http://127.0.0.1:9300 http://localhost:9300";
    let forwarded = ["--forwarded", "rfc7239", "--trusted-peer", "unix"];
    let plain = Running::start(&["--origin", origins]).await;
    let behind = [&["--origin", origins], &forwarded[..]].concat();
    let behind = Running::start(&behind).await;
    for (server, name, value, status) in [
        (&plain, "host", "127.0.0.1:9300", 200),
        (&plain, "host", "localhost:9300", 401),
        (&plain, "host", "localhost", 421),
        (&behind, "forwarded", "host=\"127.0.0.1:9300\"", 200),
        (&behind, "forwarded", "host=\"localhost:9300\"", 401),
        (&behind, "forwarded", "host=localhost", 421),
        (&behind, "host", "127.0.0.1:9300", 400),
    ] {
        let token = server.token().sign();
        let mut request = server.client.request("GET", URL, &token);
        *request.uri_mut() = "/accounts".parse().unwrap();
        request.headers_mut().remove("host");
        request.headers_mut().insert(name, value.parse().unwrap());
        request.extensions_mut().insert(Peer::unix());
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{name}: {value}");
    }
}

/// The texts of the TLS library do not say what to do.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn authorization_server_with_an_own_authority_needs_ca() {
    use crate::tls::{Authority, mutual_tls, params};
    use sender_constraint::cert::{ClientCertPolicy, TlsListener};

    let server = mutual_tls(&Authority::new().issue(&params()), ClientCertPolicy::any());
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let name = format!("https://localhost:{}", tcp.local_addr().unwrap().port());
    let mut listener = TlsListener::new(tcp, server);
    let serving = tokio::spawn(async move {
        loop {
            listener.accept().await;
        }
    });
    let arguments = [
        "resource_server",
        "--issuer",
        &name,
        "--audience",
        AUDIENCE,
        "--origin",
        ORIGIN,
    ];
    let options = Options::read(arguments).unwrap();
    let error = Issuers::fetch(&options).await.err().unwrap();
    assert!(error.starts_with("--issuer: "), "{error}");
    assert!(error.contains("--ca"), "{error}");
    assert!(!error.contains("UnknownIssuer"), "{error}");
    serving.abort();
}

/// The service with these options, and who may use it.
pub(super) struct Running {
    pub(super) issuer: IssuerServer,
    pub(super) client: Client,
    keys: Vec<String>,
    app: Router,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Running {
    pub(super) async fn start(arguments: &[&str]) -> Self {
        Self::try_start(arguments).await.unwrap()
    }

    pub(super) async fn try_start(arguments: &[&str]) -> Result<Self, String> {
        let issuer = IssuerServer::start().await.unwrap();
        let name = issuer.issuer().name();
        let mut all = vec!["resource_server", "--issuer", name, "--audience", AUDIENCE];
        if !arguments.contains(&"--origin") {
            all.extend(["--origin", ORIGIN]);
        }
        let options = Options::read(all.iter().chain(arguments)).unwrap();
        let issuers = Issuers::fetch(&options).await?;
        let keys = issuers.keys.clone();
        let guard = guard(&options, issuers, Shared::default())?;
        Ok(Self {
            issuer,
            client: Client::new(),
            keys,
            app: app(
                &guard,
                requirement(&options.requirements)?,
                &options.development,
            )?,
        })
    }

    /// A good token of the client.
    pub(super) fn token(&self) -> Token {
        let token = self.issuer.issuer().token(AUDIENCE);
        token.bound_to(self.client.key())
    }

    pub(super) async fn send(&self, request: Request<()>) -> Answer {
        let response = self
            .app
            .clone()
            .oneshot(request.map(|()| Body::empty()))
            .await;
        let (head, body) = response.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// A part of a compact JWS.
fn decode(jws: &str, nth: usize) -> Vec<u8> {
    use base64::Engine as _;
    let part = jws.split('.').nth(nth).unwrap();
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(part)
        .unwrap()
}

pub(super) const URL: &str = "http://127.0.0.1:9300/accounts";
const ORIGIN: &str = "http://127.0.0.1:9300";
pub(super) const AUDIENCE: &str = "https://api.example.com";
