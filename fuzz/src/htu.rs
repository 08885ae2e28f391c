//! The normal form of a target URI, against an independent implementation of the same rules.

use arbitrary::Arbitrary;
use sender_constraint::uri::NormalizedUri;

use crate::{htu_reference, input};

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Text(&'a str),
    Pieces(Vec<Piece<'a>>),
}

#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    Known(u8),
    Byte(u8),
    Encoded(u8, bool),
    Text(&'a str),
}

/// Checks one URI.
pub fn check(bytes: &[u8]) {
    let text = match input::<Input<'_>>(bytes) {
        Some(Input::Text(text)) => text.to_owned(),
        Some(Input::Pieces(pieces)) => pieces.iter().map(Piece::text).collect(),
        None => return,
    };
    let ours = NormalizedUri::parse(&text).ok().map(|uri| uri.to_string());
    assert_eq!(ours, htu_reference::normal(&text), "{text:?}");
    if let Some(normal) = &ours {
        assert_eq!(
            NormalizedUri::parse(normal)
                .ok()
                .map(|uri| uri.to_string())
                .as_ref(),
            Some(normal),
            "{text:?}"
        );
    }
}

impl Piece<'_> {
    fn text(&self) -> String {
        match self {
            Self::Known(at) => PIECES[usize::from(*at) % PIECES.len()].to_owned(),
            Self::Byte(byte) => char::from(*byte).to_string(),
            Self::Encoded(byte, true) => format!("%{byte:02X}"),
            Self::Encoded(byte, false) => format!("%{byte:02x}"),
            Self::Text(text) => (*text).to_owned(),
        }
    }
}

const PIECES: [&str; 44] = [
    "https://",
    "http://",
    "HTTPS://",
    "https:",
    "rs.example.com",
    "RS.Example",
    "127.0.0.1",
    "0x7f.1",
    "[::1]",
    "[2001:DB8:0:0::1]",
    "[::ffff:192.0.2.1]",
    "[v1.a]",
    "[fe80::1%25eth0]",
    ":",
    ":443",
    ":80",
    ":0443",
    ":0",
    ":65535",
    ":65536",
    "/",
    "//",
    "/.",
    "/..",
    ".",
    "..",
    "...",
    "%2e",
    "%2E%2e",
    "%2f",
    "%41",
    "%",
    "%4",
    "?",
    "#",
    "@",
    "\\",
    "_",
    "-",
    "a",
    "~",
    "xn--",
    "1",
    "%00",
];
