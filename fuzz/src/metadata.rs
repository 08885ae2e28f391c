//! Metadata of an authorization server, and the key set that it names: never of another issuer, never over plain HTTP.

use arbitrary::Arbitrary;
use sender_constraint::keys::RemoteKeys;
use serde_json::json;

use crate::edits::Edits;
use crate::input;
use crate::json::parse_or_skip;
use crate::net::Net;
use crate::world::{ISSUER, ISSUING, clock, wait};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    status: u8,
    metadata: Edits<'a>,
    bytes: Option<&'a [u8]>,
    address: Option<&'a str>,
    keys: Edits<'a>,
}

/// Checks what one issuer's documents lead to.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let address = input.address.unwrap_or("https://as.example.com/keys");
    let good = json!({"issuer": ISSUER, "jwks_uri": address});
    let metadata = match input.bytes {
        Some(bytes) => Some(bytes.to_vec()),
        None => input.metadata.apply(&good).map(String::into_bytes),
    };
    let (Some(metadata), Some(keys)) = (metadata, input.keys.apply(&ISSUING.jwks())) else {
        return;
    };
    let status = if input.status < 200 {
        200
    } else {
        100 + u16::from(input.status)
    };
    let net = Net::answering(vec![
        (status, "application/json", metadata.clone()),
        (200, "application/jwk-set+json", keys.into_bytes()),
    ]);
    let fetched = wait(
        RemoteKeys::for_issuer(ISSUER, net.clone())
            .clock(clock())
            .fetch(),
    );
    for url in net.urls() {
        assert!(url.starts_with("https://"), "{url}");
    }
    if fetched.is_ok() {
        if let Some(value) = parse_or_skip(&metadata) {
            assert_eq!(value["issuer"], ISSUER);
        }
        assert!(net.urls().len() >= 2);
    }
}
