//! Tokens and proofs, all signed before the first request is sent.

use indicatif::ProgressBar;

use crate::client::{Fault, Issuer, Key, Target, proof};
use crate::options::Options;

/// A key and the token that is bound to it.
pub(crate) struct Client {
    key: Key,
    token: String,
}

/// The one of the command line, or as many as it asks for.
pub(crate) fn clients(options: &Options, issuer: &Issuer) -> Result<Vec<Client>, String> {
    if let (Some(token), Some(key)) = (&options.token, &options.key) {
        let text = std::fs::read_to_string(token).map_err(|error| format!("{token}: {error}"))?;
        let (key, token) = (Key::read(key)?, text.trim().to_owned());
        return Ok(vec![Client { key, token }]);
    }
    let made = (0..options.clients).map(|number| {
        let key = Key::new();
        let token = issuer.token(&key, &format!("user-{number}"), TOKEN_LIFE);
        Client { key, token }
    });
    Ok(made.collect())
}

/// The requests as they go over the wire, spoilt ones among them.
pub(crate) fn sign_requests(
    options: &Options,
    clients: &[Client],
    target: &Target,
    progress: &ProgressBar,
) -> Vec<Vec<u8>> {
    let mut requests: Vec<Vec<u8>> = Vec::with_capacity(options.requests);
    for (number, Client { key, token }) in (0..options.requests).zip(clients.iter().cycle()) {
        let spoilt = options.spoil.filter(|every| number % every == every - 1);
        let fault = spoilt.map_or(Fault::None, |every| Fault::number(number / every));
        let request = match (fault, requests.last()) {
            (Fault::Replayed, Some(last)) => last.clone(),
            _ => target.wire(token, &proof(key, token, "GET", &target.uri(), fault)),
        };
        requests.push(request);
        progress.inc(1);
    }
    requests
}

const TOKEN_LIFE: u64 = 3600;
