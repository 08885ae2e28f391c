//! What is tried: the way of an honest client to its tools, and attacks.

use reqwest::Request;
use sender_constraint_testing::{Issuer, Token};

use crate::client::{Client, Outcome};

pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) request: Request,
    pub(crate) expected: Outcome,
}

pub(crate) fn attempts(issuer: &Issuer, client: &Client) -> Vec<Attempt> {
    let mut attempts = discovery(client);
    attempts.extend(bearer(issuer, client));
    attempts.extend(dpop(issuer, client));
    attempts
}

/// What a client does before its first token.
fn discovery(client: &Client) -> Vec<Attempt> {
    let document = |what, path: &str| served(what, client.get(path), client.url());
    let mut first = refused(
        "no credentials",
        client.call("whoami"),
        401,
        None,
        "credentials_missing",
    );
    first.expected.scope = Some("files:read".to_owned());
    vec![
        first,
        document("the metadata", "/.well-known/oauth-protected-resource/mcp"),
        document(
            "the metadata, by older clients",
            "/.well-known/oauth-protected-resource",
        ),
    ]
}

/// Tokens of today's clients.
fn bearer(issuer: &Issuer, client: &Client) -> Vec<Attempt> {
    let token = token(issuer, client, "files:read");
    let good = token.sign();
    let writer = token
        .clone()
        .claim("scope", "files:read files:write")
        .sign();
    let none = token.clone().claim("scope", "openid").sign();
    let foreign = token.claim("aud", "https://other.example.com/mcp").sign();
    let mut query = client.bearer("whoami", &good);
    query
        .url_mut()
        .set_query(Some(&format!("access_token={good}")));

    let scope = Some("insufficient_scope");
    let missing = |what, request, needed: &str| {
        let mut attempt = refused(what, request, 403, scope, "requirement_scope");
        attempt.expected.scope = Some(needed.to_owned());
        attempt
    };
    vec![
        served(
            "a tool",
            client.bearer("whoami", &good),
            "alice, with no key",
        ),
        missing(
            "a tool without its scope",
            client.bearer("write_file", &good),
            "files:read files:write",
        ),
        served(
            "the tool with its scope",
            client.bearer("write_file", &writer),
            "notes.txt written for alice",
        ),
        missing(
            "no scope of this server",
            client.bearer("whoami", &none),
            "files:read",
        ),
        refused(
            "token for another server",
            client.bearer("whoami", &foreign),
            401,
            TOKEN,
            "token_audience",
        ),
        refused(
            "token in the query",
            query,
            400,
            Some("invalid_request"),
            "credentials_query_token",
        ),
    ]
}

/// Tokens that are bound to the key of the client.
fn dpop(issuer: &Issuer, client: &Client) -> Vec<Attempt> {
    let token = token(issuer, client, "files:read")
        .bound_to(client.key())
        .sign();
    let first = client.dpop("whoami", &token);
    let again = first.try_clone().expect("a body of bytes");
    let as_bearer = client.bearer("whoami", &token);
    let mut missing = refused(
        "a tool without its scope, by DPoP",
        client.dpop("write_file", &token),
        403,
        Some("insufficient_scope"),
        "requirement_scope",
    );
    missing.expected.scope = Some("files:read files:write".to_owned());
    vec![
        served("a tool, with a proof", first, "alice, with its key"),
        refused(
            "the same request once more",
            again,
            401,
            None,
            "proof_replayed",
        ),
        refused(
            "stolen bound token as Bearer",
            as_bearer,
            401,
            TOKEN,
            "binding_bound_token_as_bearer",
        ),
        missing,
    ]
}

fn token(issuer: &Issuer, client: &Client, scope: &str) -> Token {
    issuer.token(client.url()).claim("scope", scope)
}

fn served(what: &'static str, request: Request, text: &str) -> Attempt {
    let expected = Outcome {
        status: 200,
        error: None,
        scope: None,
        leads_on: false,
        reason: None,
        text: text.to_owned(),
    };
    Attempt {
        what,
        request,
        expected,
    }
}

fn refused(
    what: &'static str,
    request: Request,
    status: u16,
    error: Option<&str>,
    reason: &'static str,
) -> Attempt {
    let expected = Outcome {
        status,
        error: error.map(str::to_owned),
        scope: None,
        leads_on: true,
        reason: Some(reason),
        text: String::new(),
    };
    Attempt {
        what,
        request,
        expected,
    }
}

const TOKEN: Option<&str> = Some("invalid_token");
