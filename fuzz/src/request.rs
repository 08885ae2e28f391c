//! A whole request head: nothing passes but the good token with its proof, for the request that it names.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use http::{HeaderName, HeaderValue, Method, Request, Uri};

use crate::mutation::{Mutation, mutate};
use crate::response::check_refusal;
use crate::world::{GUARD, proof, token, verdict};
use crate::{htu_reference, input};

#[derive(Arbitrary, Debug)]
struct Head<'a> {
    method: u8,
    target: Text<'a>,
    fields: Vec<(u8, Text<'a>)>,
    /// The good credentials come first, in one input of two.
    has_credentials: bool,
}

#[derive(Arbitrary, Debug)]
enum Text<'a> {
    Known(u8),
    Changed(u8, Vec<Mutation>),
    Any(&'a [u8]),
}

/// Checks the verdict on one head.
pub fn check(bytes: &[u8]) {
    let Some(mut head) = input::<Head<'_>>(bytes).and_then(|input| input.request()) else {
        return;
    };
    let before = head.clone();
    match verdict(&GUARD, &mut head) {
        Err(rejection) => check_refusal(&GUARD, &before, &rejection),
        Ok(_) => check_accepted(&before),
    }
}

fn check_accepted(head: &http::request::Parts) {
    let only = |name: &str| {
        let mut lines = head.headers.get_all(name).iter();
        let first = lines.next().expect("the header").as_bytes();
        assert!(lines.next().is_none(), "{name} came twice: {head:?}");
        String::from_utf8(first.to_vec()).expect("ASCII")
    };
    let authorization = only("authorization");
    let (scheme, token) = authorization.split_once(' ').expect("a scheme");
    assert!(scheme.eq_ignore_ascii_case("dpop"));
    assert_eq!(token.trim(), GOOD.token);
    assert_eq!(only("dpop").trim(), GOOD.proof);
    assert_eq!(head.method, Method::GET);
    let target = format!("https://rs.example.com{}", head.uri.path());
    assert_eq!(
        htu_reference::normal(&target).as_deref(),
        Some("https://rs.example.com/a"),
        "{head:?}"
    );
}

impl Head<'_> {
    fn request(&self) -> Option<http::request::Parts> {
        let mut request = Request::new(());
        *request.method_mut() =
            Method::from_bytes(METHODS[usize::from(self.method) % METHODS.len()]).ok()?;
        *request.uri_mut() = Uri::try_from(self.target.bytes(&TARGETS)).ok()?;
        let headers = request.headers_mut();
        if self.has_credentials {
            headers.append(
                "authorization",
                HeaderValue::from_str(&GOOD.authorization).ok()?,
            );
            headers.append("dpop", HeaderValue::from_str(&GOOD.proof).ok()?);
        }
        for (name, value) in self.fields.iter().take(MAX_FIELDS) {
            let name = HeaderName::from_static(FIELDS[usize::from(*name) % FIELDS.len()]);
            headers.append(
                name,
                HeaderValue::from_bytes(&value.bytes(&GOOD.texts())).ok()?,
            );
        }
        Some(request.into_parts().0)
    }
}

impl Text<'_> {
    fn bytes(&self, known: &[&str]) -> Vec<u8> {
        let pick = |at: u8| known[usize::from(at) % known.len()].as_bytes();
        match self {
            Self::Known(at) => pick(*at).to_vec(),
            Self::Changed(at, mutations) => mutate(pick(*at), mutations),
            Self::Any(bytes) => bytes.to_vec(),
        }
    }
}

struct Good {
    token: String,
    authorization: String,
    proof: String,
    bearer: String,
}

impl Good {
    fn texts(&self) -> [&str; 8] {
        let Self {
            token,
            authorization,
            proof,
            bearer,
        } = self;
        [
            authorization,
            proof,
            bearer,
            token,
            "DPoP",
            "rs.example.com",
            "evil.example.com",
            "1",
        ]
    }
}

static GOOD: LazyLock<Good> = LazyLock::new(|| {
    let token = token().sign();
    Good {
        authorization: format!("DPoP {token}"),
        proof: proof(&token).sign(),
        bearer: format!("Bearer {token}"),
        token,
    }
});

const METHODS: [&[u8]; 6] = [b"GET", b"get", b"POST", b"OPTIONS", b"CONNECT", b"X-GET"];
const TARGETS: [&str; 14] = [
    "/a",
    "/a?x=1",
    "/%61",
    "/a/",
    "//a",
    "/a%2f",
    "/b/../a",
    "/./a",
    "/a;b",
    "https://rs.example.com/a",
    "http://evil.example.com/a",
    "*",
    "/a#f",
    "rs.example.com:443",
];
const FIELDS: [&str; 12] = [
    "authorization",
    "dpop",
    "host",
    "forwarded",
    "x-forwarded-host",
    "x-original-url",
    "x-http-method-override",
    "cookie",
    "client-cert",
    "early-data",
    "dpop-nonce",
    "accept",
];
const MAX_FIELDS: usize = 64;
