//! Requests to check: one proof each, all different, by one client or many.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HOST, USER_AGENT};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request};
use sender_constraint::Digest;

use super::key::{Key, encode};
use super::{AUDIENCE, ISSUER, ORIGIN, PATH};

/// Clients and their requests.
pub struct Work {
    pub issuer: Key,
    pub clients: Vec<Key>,
    pub cases: Vec<Case>,
}

/// One request: what it shows, and what the floor needs of it.
pub struct Case {
    pub client: usize,
    pub token: String,
    pub proof: String,
    /// Where the signing input of the proof ends.
    dot: usize,
    pub signature: Vec<u8>,
}

impl Work {
    /// With access tokens of RFC 9068, one for each client.
    pub fn with_jwts(count: usize, clients: Vec<Key>) -> Self {
        let issuer = Key::es256();
        let tokens = clients.iter().map(|client| jwt(&issuer, client)).collect();
        Self::of(issuer, clients, tokens, count)
    }

    /// With tokens that are mere numbers of clients: what a proof costs without its token.
    pub fn with_handles(count: usize, clients: Vec<Key>) -> Self {
        let tokens = (0..clients.len()).map(|index| format!("{index:016}"));
        let tokens = tokens.collect();
        Self::of(Key::es256(), clients, tokens, count)
    }

    fn of(issuer: Key, clients: Vec<Key>, tokens: Vec<String>, count: usize) -> Self {
        let case = |number: usize| {
            let client = number % clients.len();
            Case::new(client, &clients[client], tokens[client].clone())
        };
        let cases = (0..count).map(case).collect();
        Self {
            issuer,
            clients,
            cases,
        }
    }
}

impl Case {
    pub fn new(client: usize, key: &Key, token: String) -> Self {
        let proof = proof(key, &token, &format!("{ORIGIN}{PATH}"));
        let dot = proof.rfind('.').expect("a JWS");
        let signature = URL_SAFE_NO_PAD.decode(&proof[dot + 1..]);
        Self {
            client,
            token,
            dot,
            signature: signature.expect("base64url"),
            proof,
        }
    }

    /// What the signature of the proof is over.
    pub fn signing_input(&self) -> &[u8] {
        &self.proof.as_bytes()[..self.dot]
    }

    /// `GET` as a client of HTTP/1.1 sends it, and as hyper hands it over: the values are parts of one buffer.
    pub fn head(&self) -> Parts {
        let credentials = format!("DPoP {}", self.token);
        let mut request = Request::get(PATH).body(()).expect("a request");
        let fields = [
            (HOST, "rs.example.com"),
            (USER_AGENT, "bench/1.0"),
            (ACCEPT, "application/json"),
            (AUTHORIZATION, &credentials),
            (HeaderName::from_static("dpop"), &self.proof),
        ];
        let buffer = Bytes::from(fields.iter().map(|(_, value)| *value).collect::<String>());
        let mut start = 0;
        for (name, value) in fields {
            let end = start + value.len();
            let value = HeaderValue::from_maybe_shared(buffer.slice(start..end));
            request.headers_mut().append(name, value.expect("a value"));
            start = end;
        }
        request.into_parts().0
    }

    pub fn request(&self, method: &str, path: &str) -> Request<()> {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", "rs.example.com")
            .header("user-agent", "bench/1.0")
            .header("accept", "application/json")
            .header("authorization", format!("DPoP {}", self.token))
            .header("dpop", &self.proof)
            .body(())
            .expect("a request")
    }
}

/// An access token of RFC 9068, bound to the client, good for an hour.
fn jwt(issuer: &Key, client: &Key) -> String {
    bound_token(issuer, "jkt", &client.thumbprint())
}

/// The same, bound by this member of `cnf`.
pub fn bound_token(issuer: &Key, member: &str, thumbprint: &str) -> String {
    let (now, jti) = (now(), random());
    let header = format!(r#"{{"typ":"at+jwt","alg":"{}","kid":"k1"}}"#, issuer.alg);
    let claims = format!(
        r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"alice","client_id":"{jti}","scope":"read write","jti":"{jti}","iat":{now},"exp":{},"cnf":{{"{member}":"{thumbprint}"}}}}"#,
        now + 3600
    );
    issuer.sign(&header, &claims)
}

/// A proof for one `GET` of `htu` with `token`.
fn proof(key: &Key, token: &str, htu: &str) -> String {
    let (alg, jwk, jti, now) = (key.alg, &key.jwk, random(), now());
    let ath = Digest::sha256(token.as_bytes());
    key.sign(
        &format!(r#"{{"typ":"dpop+jwt","alg":"{alg}","jwk":{jwk}}}"#),
        &format!(r#"{{"jti":"{jti}","htm":"GET","htu":"{htu}","iat":{now},"ath":"{ath}"}}"#),
    )
}

pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock after 1970").as_secs()
}

fn random() -> String {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("random bytes");
    encode(bytes)
}
