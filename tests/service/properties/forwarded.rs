//! Whatever a proxy passes on in the fields that state the host: no panic, and no origin that they do not name.

use std::sync::LazyLock;

use http::HeaderValue;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sender_constraint::cert::{Peer, TrustedPeers};
use sender_constraint::proof::ForwardedHost;

use super::send;
use super::strategies::config;
use crate::common::*;

const EU: &str = "https://rs.example.eu";

proptest! {
    #![proptest_config(config())]

    #[test]
    fn dpop_23_forwarded_fields_of_any_text_select_only_what_they_name(
        text in prop_oneof!["[ -~\t]{0,60}", vec(select(PIECES.to_vec()), 0..8).prop_map(|pieces| pieces.concat())],
        is_rfc7239 in any::<bool>(),
    ) {
        let (world, name) = if is_rfc7239 { (&*RFC7239, "forwarded") } else { (&*X_FORWARDED, "x-forwarded-host") };
        let token = world.token().sign();
        for (origin, host) in [(ORIGIN, "rs.example.com"), (EU, "rs.example.eu")] {
            let proof = world.proof(&token).claim("htu", format!("{origin}/a")).sign();
            let mut request = request(&format!("DPoP {token}"), &proof);
            request.headers_mut().insert(name, HeaderValue::from_str(&text).unwrap());
            request.extensions_mut().insert(Peer::unix());
            let answer = send(world, request);
            let names_it = text.to_ascii_lowercase().contains(host);
            match answer.status().as_u16() {
                200 => prop_assert!(names_it, "{text}"),
                400 | 421 => prop_assert!(answer.challenges().is_empty()),
                401 => prop_assert_eq!(answer.kind(), "proof_target_uri"),
                status => prop_assert!(false, "{status} for {text}"),
            }
        }
    }
}

/// Of fields that nearly name a host.
const PIECES: [&str; 18] = [
    "host=",
    "HOST=",
    "proto=https",
    "proto=http",
    "for=a",
    "rs.example.com",
    "rs.example.eu",
    "RS.example.EU:443",
    "evil.example",
    "\"",
    "\\",
    ";",
    ",",
    " ",
    ":443",
    "[::1]",
    "%2e",
    "@",
];

static RFC7239: LazyLock<World> = LazyLock::new(|| world(ForwardedHost::rfc7239(peers())));
static X_FORWARDED: LazyLock<World> = LazyLock::new(|| world(ForwardedHost::x_forwarded(peers())));

fn peers() -> TrustedPeers {
    TrustedPeers::unix_socket()
}

fn world(source: ForwardedHost) -> World {
    World::with_dpop(|dpop| dpop.also_origin(EU).unwrap().forwarded_host(source))
}
