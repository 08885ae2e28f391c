//! What is tried: honest requests, and attacks that each change one thing of an honest request.

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sender_constraint::Digest;
use sender_constraint::time::{Clock as _, SystemClock};
use sender_constraint::token_endpoint::{
    CertificateName, Client, ClientSecretException, RegisteredCertificates, StaticClients,
};
use sender_constraint_testing::certificates::{CertificateAuthority, Identity};
use sender_constraint_testing::{Issuer, SigningKey, Token, encode};
use serde_json::json;

use crate::ISSUER;
use crate::client::{Form, Outcome, Sender};

/// The clients, each with a method of its own.
pub(crate) struct Clients {
    /// `private_key_jwt`; signs as an issuer of assertions.
    app: Issuer,
    other: Issuer,
    /// `tls_client_auth`
    bank: Identity,
    neighbour: Identity,
    /// `self_signed_tls_client_auth`, whose name is that of the bank.
    shop: Identity,
    server: Vec<u8>,
}

pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) sender: Sender,
    pub(crate) is_chained: bool,
    pub(crate) request: Form,
    pub(crate) expected: Outcome,
}

impl Clients {
    pub(crate) fn new(authority: &CertificateAuthority, server: &[u8]) -> Self {
        Self {
            app: Issuer::new("app"),
            other: Issuer::new("other"),
            bank: authority.issue("bank.example.com"),
            neighbour: authority.issue("neighbour.example.com"),
            shop: Identity::self_signed("bank.example.com"),
            server: server.to_vec(),
        }
    }

    /// What the authorization server knows of them.
    pub(crate) fn registered(&self) -> Result<StaticClients, Box<dyn Error>> {
        let shop = RegisteredCertificates::new([Digest::sha256(self.shop.certificate())])?;
        let bank = CertificateName::san_dns("bank.example.com")?;
        Ok(StaticClients::new([
            Client::private_key_jwt("app", self.app.keys())?,
            Client::private_key_jwt("other", self.other.keys())?,
            Client::tls_client_auth("bank", bank)?,
            Client::self_signed_tls_client_auth("shop", shop)?,
            Client::allow_client_secret_basic("legacy", exception()?)?,
        ])?)
    }

    fn sender(&self, identity: &Identity) -> Sender {
        Sender::new(&self.server, identity.clone())
    }
}

/// The one client that still has a secret: until when, in whose responsibility, and why.
fn exception() -> Result<ClientSecretException, Box<dyn Error>> {
    let clock = SystemClock::default();
    let until = clock.now().saturating_add(Duration::from_secs(90 * 86_400));
    let secret = Digest::sha256(SECRET.as_bytes());
    let (owner, reason) = ("payments team", "the vendor's release 4 has no keys");
    Ok(ClientSecretException::new(
        secret, owner, reason, until, &clock,
    )?)
}

pub(crate) fn attempts(clients: &Clients) -> Vec<Attempt> {
    let mut attempts = by_assertion(clients);
    attempts.extend(by_certificate(clients));
    attempts.extend(by_secret(clients));
    attempts
}

fn by_assertion(clients: &Clients) -> Vec<Attempt> {
    // The certificate only binds the token.
    let any = clients.sender(&Identity::self_signed("app.example.com"));
    let app = &clients.app;
    let first = assertion(app).sign();
    let form = |assertion: &str| Form::new().asserting(assertion);
    let with =
        |name: &str, value: serde_json::Value| form(&assertion(app).claim(name, value).sign());
    let elsewhere = "https://other.example.com";
    let two = json!([ISSUER, elsewhere]);
    let endpoint = json!("https://as.example.com/token");
    let untyped = form(&assertion(app).header("typ", "JWT").sign());
    let as_proof = form(&assertion(app).header("typ", "dpop+jwt").sign());
    let none = form(&assertion(app).header("alg", "none").sign());
    let hmac = form(&assertion(app).header("alg", "HS256").sign());
    // Both clients publish their key as `k1`.
    let confused = form(&assertion(app).signed_by(clients.other.key()).sign());
    let stranger = form(&assertion(&Issuer::new("stranger")).sign());
    let burnt = form(&assertion(&clients.other).claim("jti", "shared").sign());
    let own = with("jti", json!("shared"));
    let good = || assertion(app).sign();
    let id_of_other = form(&good()).with("client_id", "other");
    let twice = form(&good()).with("client_assertion", &good());
    let and_secret = form(&good()).with("client_secret", "x");
    let huge = form(&good()).with("state", &"x".repeat(70_000));
    let at = now();

    let sent = |what, request, expected| attempt(what, &any, false, request, expected);
    vec![
        sent("private_key_jwt", form(&first), token_of("app")),
        sent(
            "the same assertion again",
            form(&first),
            refused("assertion_replayed"),
        ),
        sent(
            "assertion for another server",
            with("aud", json!(elsewhere)),
            refused("assertion_audience"),
        ),
        sent(
            "assertion for two servers",
            with("aud", two),
            refused("assertion_audience"),
        ),
        sent(
            "assertion for the endpoint's URL",
            with("aud", endpoint),
            refused("assertion_audience"),
        ),
        sent(
            "assertion without its `typ`",
            untyped,
            refused("assertion_type"),
        ),
        sent(
            "DPoP proof as assertion",
            as_proof,
            refused("assertion_type"),
        ),
        sent("alg none", none, refused("assertion_algorithm")),
        sent(
            "HMAC with the public key",
            hmac,
            refused("assertion_algorithm"),
        ),
        sent(
            "expired assertion",
            with("exp", json!(at - 60)),
            refused("assertion_expired"),
        ),
        sent(
            "assertion for a day",
            with("exp", json!(at + 86_400)),
            refused("assertion_too_long"),
        ),
        sent(
            "other client's key, the same `kid`",
            confused,
            refused("assertion_signature"),
        ),
        sent("unknown client", stranger, refused("client_unknown_client")),
        sent(
            "client_id of another client",
            id_of_other,
            refused("assertion_client_id"),
        ),
        sent(
            "other client uses the `jti` first",
            burnt,
            token_of("other"),
        ),
        sent("the same `jti` of this client", own, token_of("app")),
        sent("client_assertion twice", twice, invalid("client_form")),
        sent(
            "assertion and secret",
            and_secret,
            invalid("client_multiple_methods"),
        ),
        sent("huge form", huge, too_large()),
    ]
}

fn by_certificate(clients: &Clients) -> Vec<Attempt> {
    let bank = clients.sender(&clients.bank);
    let neighbour = clients.sender(&clients.neighbour);
    let shop = clients.sender(&clients.shop);
    let same_name = clients.sender(&Identity::self_signed("bank.example.com"));
    let of = |client: &str| Form::new().with("client_id", client);
    let not_verified = || refused("client_certificate_not_verified");
    vec![
        attempt("tls_client_auth", &bank, true, of("bank"), token_of("bank")),
        attempt(
            "certificate of another name",
            &neighbour,
            true,
            of("bank"),
            refused("client_certificate_name"),
        ),
        attempt(
            "the chain was not verified",
            &bank,
            false,
            of("bank"),
            not_verified(),
        ),
        attempt(
            "the name, self-signed",
            &shop,
            false,
            of("bank"),
            not_verified(),
        ),
        attempt(
            "self_signed_tls_client_auth",
            &shop,
            false,
            of("shop"),
            token_of("shop"),
        ),
        attempt(
            "other certificate of the same name",
            &same_name,
            false,
            of("shop"),
            refused("client_certificate_unregistered"),
        ),
        attempt(
            "certificate instead of assertion",
            &shop,
            false,
            of("app"),
            refused("client_method"),
        ),
    ]
}

fn by_secret(clients: &Clients) -> Vec<Attempt> {
    let any = clients.sender(&Identity::self_signed("legacy.example.com"));
    let basic = |user, password| Form {
        basic: Some((user, password)),
        ..Form::new()
    };
    let post = Form::new()
        .with("client_id", "app")
        .with("client_secret", SECRET);
    let sent = |what, request, expected| attempt(what, &any, false, request, expected);
    vec![
        sent(
            "client_secret_basic, by exception",
            basic("legacy", SECRET),
            token_of("legacy"),
        ),
        sent(
            "wrong secret",
            basic("legacy", "guess"),
            refused("client_secret"),
        ),
        sent(
            "client_secret_basic of another client",
            basic("app", SECRET),
            refused("client_method"),
        ),
        sent("client_secret_post", post, refused("client_method")),
        sent("no client", Form::new(), refused("client_missing")),
    ]
}

/// RFC 7523 section 3, with the `typ` and the audience of RFC 10070.
fn assertion(client: &Issuer) -> Token {
    let at = now();
    let unique = encode(SigningKey::es256().thumbprint());
    let claims = json!({
        "iss": client.name(),
        "sub": client.name(),
        "aud": ISSUER,
        "jti": unique,
        "iat": at,
        "exp": at + 60,
    });
    client.jwt(json!({"typ": "client-authentication+jwt"}), claims)
}

fn attempt(
    what: &'static str,
    sender: &Sender,
    is_chained: bool,
    request: Form,
    expected: Outcome,
) -> Attempt {
    Attempt {
        what,
        sender: sender.clone(),
        is_chained,
        request,
        expected,
    }
}

fn token_of(client: &str) -> Outcome {
    Outcome {
        status: 200,
        error: None,
        token_of: Some(client.to_owned()),
        reason: None,
    }
}

fn refused(reason: &'static str) -> Outcome {
    error(401, Some("invalid_client"), reason)
}

fn invalid(reason: &'static str) -> Outcome {
    error(400, Some("invalid_request"), reason)
}

fn too_large() -> Outcome {
    error(413, None, "body_too_large")
}

fn error(status: u16, error: Option<&str>, reason: &'static str) -> Outcome {
    Outcome {
        status,
        error: error.map(str::to_owned),
        token_of: None,
        reason: Some(reason),
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.expect("a clock after 1970").as_secs()
}

const SECRET: &str = "7Fjfp0ZBr1KtDRbnfVdmIw";
