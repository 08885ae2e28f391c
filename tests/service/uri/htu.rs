//! The pairs of `vectors/htu.json`: which `htu` names which request (DPOP-22; RFC 3986 sections 6.2.2 and 6.2.3).

use crate::common::*;
use http::{Request, Uri};
use sender_constraint::Guard;
use sender_constraint::proof::Dpop;
use sender_constraint::uri::{NormalizedUri, UriError};
use serde::Deserialize;

/// Rows whose request is refused before any proof is compared with it, and why.
const REQUEST_REFUSED: [(&str, &str); 3] = [
    ("H74", "`%zz` in the path: no URI"),
    ("H75", "`%` at the end of the path: no URI"),
    (
        "H76",
        "a NUL in the path: no service needs it, and some read the path only up to there",
    ),
];

/// Why the claims of the rows `invalid-htu` are refused.
const FAULTS: [(&str, UriError); 24] = [
    ("H49", UriError::Host),
    ("H51", UriError::Host),
    ("H52", UriError::Host),
    ("H53", UriError::Host),
    ("H55", UriError::UserInfo),
    ("H56", UriError::UserInfo),
    ("H57", UriError::Host),
    ("H59", UriError::Characters),
    ("H60", UriError::Host),
    ("H64", UriError::NotAbsolute),
    ("H65", UriError::NotAbsolute),
    ("H66", UriError::Characters),
    ("H67", UriError::Characters),
    ("H68", UriError::Characters),
    ("H69", UriError::Characters),
    ("H70", UriError::NotAbsolute),
    ("H71", UriError::NotAbsolute),
    ("H72", UriError::NotAbsolute),
    ("H73", UriError::Scheme),
    ("H74", UriError::PercentEncoding),
    ("H75", UriError::PercentEncoding),
    ("H77", UriError::Characters),
    ("H78", UriError::Port),
    ("H79", UriError::Port),
];

#[test]
fn dpop_22_normal_form_tells_the_pairs_apart() {
    for pair in pairs() {
        let claim = NormalizedUri::parse(&pair.htu);
        let request = NormalizedUri::parse(&pair.request);
        let found = match (claim, request) {
            (Ok(claim), Ok(request)) if claim == request => "equal",
            (Ok(_), Ok(_)) => "different",
            (Err(_), _) => "invalid-htu",
            (Ok(_), Err(_)) => "invalid request",
        };
        assert_eq!(found, pair.result, "{pair:?}");
    }
}

#[test]
fn dpop_22_normal_form_names_the_fault() {
    let faults: Vec<_> = pairs()
        .into_iter()
        .filter_map(|pair| Some((pair.id, NormalizedUri::parse(&pair.htu).err()?)))
        .collect();
    let found: Vec<_> = faults
        .iter()
        .map(|(id, fault)| (id.as_str(), *fault))
        .collect();
    assert_eq!(found, FAULTS);
}

#[test]
fn dpop_22_normal_form_is_its_own_normal_form() {
    for pair in pairs() {
        for text in [&pair.htu, &pair.request] {
            if let Ok(normal) = NormalizedUri::parse(text) {
                assert_eq!(
                    NormalizedUri::parse(normal.as_str()).as_ref(),
                    Ok(&normal),
                    "{pair:?}"
                );
                let joined = format!("{}{}", normal.origin(), normal.path());
                assert_eq!(joined, normal.as_str());
            }
        }
    }
}

#[tokio::test]
async fn dpop_22_guard_tells_the_pairs_apart() {
    for pair in pairs() {
        let world = pair.world();
        world
            .send(pair.request(&world, &pair.htu))
            .await
            .assert(&pair);
    }
}

#[tokio::test]
async fn dpop_22_guard_takes_the_proof_that_repeats_the_request() {
    // What differs in the test above is then the claim alone.
    for pair in pairs().into_iter().filter(|pair| pair.refusal().is_none()) {
        let world = pair.world();
        let answer = world.send(pair.request(&world, &pair.request)).await;
        answer.assert_passed();
    }
}

#[test]
fn every_exception_is_a_row() {
    let pairs = pairs();
    assert_eq!(pairs.len(), 80);
    for (id, _) in REQUEST_REFUSED {
        assert!(pairs.iter().any(|pair| pair.id == id), "{id}");
    }
}

#[derive(Debug, Deserialize)]
struct Pair {
    id: String,
    htu: String,
    request: String,
    result: String,
    #[serde(rename = "note")]
    _note: String,
}

fn pairs() -> Vec<Pair> {
    serde_json::from_str(include_str!("../../vectors/htu.json")).unwrap()
}

impl Pair {
    /// Why the guard refuses the request itself, if it does.
    fn refusal(&self) -> Option<&'static str> {
        let row = REQUEST_REFUSED.iter().find(|(id, _)| *id == self.id);
        row.map(|(_, reason)| *reason)
    }

    /// A guard of the origin that the request names.
    fn world(&self) -> World {
        let mut world = World::new();
        let (scheme, rest) = self.request.split_once("://").unwrap();
        let origin = format!("{scheme}://{}", rest.split_once('/').unwrap().0);
        let dpop = match scheme {
            "https" => Dpop::new(&origin),
            _ => Dpop::over_insecure_http(&origin),
        };
        let keys = serde_json::json!({"keys": [world.issuer.published("k1")]}).to_string();
        let keys = sender_constraint::keys::StaticKeys::from_json(&keys).unwrap();
        let tokens = sender_constraint::token::JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
        let guard = Guard::builder(tokens)
            .dpop(dpop.unwrap())
            .clock(world.clock.clone());
        world.guard = guard.build().unwrap();
        world
    }

    /// The request in origin form, as HTTP/1.1 sends it, with a proof of this `htu`.
    fn request(&self, world: &World, htu: &str) -> Request<()> {
        let token = world.token().sign();
        let proof = world.proof(&token).claim("htu", htu).sign();
        let mut request = request(&format!("DPoP {token}"), &proof);
        let target = self.request.splitn(4, '/').nth(3).unwrap();
        *request.uri_mut() = format!("/{target}").parse::<Uri>().unwrap();
        request
    }
}

trait Judged {
    fn assert(&self, pair: &Pair);
}

impl Judged for Answer {
    #[track_caller]
    fn assert(&self, pair: &Pair) {
        let expected = match pair.result.as_str() {
            _ if pair.refusal().is_some() => ("REQ", "request_illegal_path"),
            "equal" => ("OK", ""),
            "different" => ("PROOF", "proof_target_uri"),
            // An empty claim is no claim.
            _ if pair.htu.is_empty() => ("PROOF", "proof_empty_claim"),
            _ => ("PROOF", "proof_target_uri_form"),
        };
        let outcome = self.outcome();
        let kind = if outcome == "OK" { "" } else { self.kind() };
        assert_eq!((outcome.as_str(), kind), expected, "{pair:?}");
    }
}
