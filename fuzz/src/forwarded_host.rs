//! What a trusted proxy passes on about the host: a request passes for an origin only if the fields name that origin.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use http::HeaderValue;
use sender_constraint::Guard;
use sender_constraint::cert::{Peer, TrustedPeers};
use sender_constraint::proof::ForwardedHost;

use crate::input;
use crate::mutation::{Mutation, mutate};
use crate::response::check_refusal;
use crate::world::{CLIENT, ORIGIN, dpop, guard, jwt_verifier, token, verdict};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    is_rfc7239: bool,
    is_other_origin: bool,
    fields: Vec<(u8, Text<'a>)>,
}

#[derive(Arbitrary, Debug)]
enum Text<'a> {
    Known(u8),
    Pieces(Vec<u8>),
    Changed(u8, Vec<Mutation>),
    Any(&'a [u8]),
}

/// Checks the verdict on one request.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let guard = if input.is_rfc7239 {
        &*RFC7239
    } else {
        &*X_FORWARDED
    };
    let origin = if input.is_other_origin { OTHER } else { ORIGIN };
    let token = &*TOKEN;
    let proof = CLIENT.proof("GET", &format!("{origin}/a"), token).sign();
    let request = CLIENT.request_with("GET", "https://internal/a", token, &proof);
    let mut head = request.into_parts().0;
    head.extensions.insert(Peer::unix());
    let mut said = String::new();
    for (name, value) in input.fields.iter().take(6) {
        let bytes = value.bytes();
        let Ok(value) = HeaderValue::from_bytes(&bytes) else {
            return;
        };
        said.push_str(&String::from_utf8_lossy(&bytes).to_ascii_lowercase());
        head.headers
            .append(FIELDS[usize::from(*name) % FIELDS.len()], value);
    }
    let before = head.clone();
    match verdict(guard, &mut head) {
        Err(rejection) => check_refusal(guard, &before, &rejection),
        // A quoted string may have escapes in it.
        Ok(_) => assert!(
            said.replace('\\', "").contains(&origin["https://".len()..]),
            "{said}"
        ),
    }
}

impl Text<'_> {
    fn bytes(&self) -> Vec<u8> {
        let pick = |at: u8| VALUES[usize::from(at) % VALUES.len()].as_bytes();
        match self {
            Self::Known(at) => pick(*at).to_vec(),
            Self::Pieces(pieces) => pieces
                .iter()
                .take(16)
                .flat_map(|at| PIECES[usize::from(*at) % PIECES.len()].bytes())
                .collect(),
            Self::Changed(at, mutations) => mutate(pick(*at), mutations),
            Self::Any(bytes) => bytes.to_vec(),
        }
    }
}

fn with(source: ForwardedHost) -> Guard {
    guard(
        jwt_verifier(),
        dpop()
            .also_origin(OTHER)
            .expect("an origin")
            .forwarded_host(source),
    )
}

static RFC7239: LazyLock<Guard> =
    LazyLock::new(|| with(ForwardedHost::rfc7239(TrustedPeers::unix_socket())));
static X_FORWARDED: LazyLock<Guard> =
    LazyLock::new(|| with(ForwardedHost::x_forwarded(TrustedPeers::unix_socket())));
static TOKEN: LazyLock<String> = LazyLock::new(|| token().sign());
const OTHER: &str = "https://rs.example.eu";
const FIELDS: [&str; 6] = [
    "forwarded",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-prefix",
    "x-forwarded-port",
    "x-forwarded-for",
];
const VALUES: [&str; 12] = [
    "host=rs.example.com;proto=https",
    "for=192.0.2.1;host=\"rs.example.eu\";proto=https",
    "rs.example.com",
    "rs.example.eu",
    "rs.example.eu:443",
    "https",
    "http",
    "host=rs.example.com, host=rs.example.eu",
    "rs.example.com, rs.example.eu",
    "/prefix",
    "443",
    "host=rs.example.com;host=rs.example.eu",
];
const PIECES: [&str; 22] = [
    "host=",
    "HOST=",
    "proto=https",
    "proto=http",
    "for=a",
    "by=b",
    "rs.example.com",
    "rs.example.eu",
    "evil.example",
    "\"",
    "\\",
    ";",
    ",",
    " ",
    ":443",
    ":80",
    "[::1]",
    "%2e",
    "@",
    "=",
    "\t",
    ".",
];
