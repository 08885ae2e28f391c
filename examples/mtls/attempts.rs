//! What is tried: honest calls, and what a thief of the token could do.

use std::error::Error;

use axum::body::Bytes;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::Empty;
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use sender_constraint_testing::Issuer;

use crate::AUDIENCE;
use crate::certificates::Identity;
use crate::client::{Client, NO_CONNECTION, Outcome, get};

pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) client: Client,
    pub(crate) request: Request<Empty<Bytes>>,
    pub(crate) expected: Outcome,
}

pub(crate) fn attempts(issuer: &Issuer, server: &Identity) -> Result<Vec<Attempt>, Box<dyn Error>> {
    let owner = Identity::new()?;
    let thief = Identity::new()?;
    let copy = Identity::copied_from(&owner)?;
    let client = |identity: Option<&Identity>, version: &'static SupportedProtocolVersion| {
        Client::new(&server.certificate, identity, version)
    };
    let unbound = issuer.token(AUDIENCE);
    let token = unbound.clone().bound_to_certificate(&owner.certificate);
    let (token, unbound) = (token.sign(), unbound.sign());
    let (honest, older) = (client(Some(&owner), &TLS13)?, client(Some(&owner), &TLS12)?);
    let stolen = || get(Some(&token));
    let mut claiming = stolen()?;
    let header = format!(":{}:", STANDARD.encode(&owner.certificate));
    claiming
        .headers_mut()
        .insert("client-cert", header.parse()?);

    let accepted = |what, client: &Client, told| -> Result<_, Box<dyn Error>> {
        let expected = outcome(told, owner.thumbprint(), None);
        Ok(attempt(what, client.clone(), get(Some(&token))?, expected))
    };
    let refused = |what, client, request, reason| {
        let expected = outcome("401 invalid_token", String::new(), Some(reason));
        attempt(what, client, request, expected)
    };
    let unconnected = |what, version| -> Result<_, Box<dyn Error>> {
        let expected = outcome(NO_CONNECTION, String::new(), None);
        Ok(attempt(
            what,
            client(Some(&copy), version)?,
            stolen()?,
            expected,
        ))
    };
    let (missing, other) = (
        "binding_certificate_missing",
        "binding_certificate_mismatch",
    );
    let [nobody, stranger] = [client(None, &TLS13)?, client(Some(&thief), &TLS13)?];
    let renewed = client(Some(&owner.renewed()?), &TLS13)?;
    let nothing = outcome("401", String::new(), Some("credentials_missing"));
    Ok(vec![
        accepted("honest call", &honest, "200")?,
        accepted("the next one", &honest, "200 in a resumed session")?,
        accepted("honest call by TLS 1.2", &older, "200")?,
        accepted("the next one", &older, "200 in a resumed session")?,
        refused(
            "stolen token, no certificate",
            nobody.clone(),
            stolen()?,
            missing,
        ),
        refused(
            "stolen token, thief's certificate",
            stranger,
            stolen()?,
            other,
        ),
        unconnected("stolen token, copied certificate", &TLS13)?,
        unconnected("the same by TLS 1.2", &TLS12)?,
        refused("copied certificate in a header", nobody, claiming, missing),
        refused("renewed certificate, old token", renewed, stolen()?, other),
        refused(
            "unbound token",
            honest.clone(),
            get(Some(&unbound))?,
            "binding_unbound_token",
        ),
        attempt("no token", honest.clone(), get(None)?, nothing),
        accepted(
            "honest call at the end",
            &honest,
            "200 in a resumed session",
        )?,
    ])
}

fn attempt(
    what: &'static str,
    client: Client,
    request: Request<Empty<Bytes>>,
    expected: Outcome,
) -> Attempt {
    Attempt {
        what,
        client,
        request,
        expected,
    }
}

fn outcome(told: &str, answer: String, reason: Option<&'static str>) -> Outcome {
    Outcome {
        told: told.to_owned(),
        answer,
        reason,
    }
}
