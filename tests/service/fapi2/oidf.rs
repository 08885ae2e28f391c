//! The requests that the conformance suite of the OpenID Foundation sends to a resource server (OIDF-01 to OIDF-17), and
//! those that its authors have still to write.

use http::{HeaderValue, Request};
use sender_constraint_testing::{Client, Proof, SigningKey};
use serde_json::{Value, json};

/// The client of a resource server, and what the suite changes.
pub(crate) struct Suite<'a> {
    pub(crate) client: Client,
    pub(crate) url: &'a str,
    /// In seconds since 1970.
    pub(crate) now: u64,
    /// A token bound to this key; unbound without one.
    pub(crate) token: &'a dyn Fn(Option<&SigningKey>) -> String,
}

/// One request, and the statuses that the suite accepts as its answer.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) request: Request<()>,
    pub(crate) statuses: &'static [u16],
}

impl Suite<'_> {
    /// Each with the rule that its name begins with.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let mut all = self.refused();
        all.extend(self.accepted());
        all.extend(self.still_to_do());
        all.push(self.case("OIDF-16 correct again", OK, |proof| proof));
        all
    }

    /// OIDF-13: the same request twice.
    pub(crate) fn same_twice(&self) -> [Request<()>; 2] {
        let token = (self.token)(Some(self.client.key()));
        let proof = self.proof(&token).sign();
        [(); 2].map(|()| self.client.request_with("GET", self.url, &token, &proof))
    }

    fn refused(&self) -> Vec<Case> {
        let without = |name, claim: &'static str| {
            self.case(name, UNAUTHORIZED, move |proof| {
                proof.claim(claim, Value::Null)
            })
        };
        let with = |name, claim: &'static str, value: Value| {
            self.case(name, UNAUTHORIZED, move |proof| proof.claim(claim, value))
        };
        let other = SigningKey::from_seed("ES256", 77);
        vec![
            without("OIDF-01 without htu", "htu"),
            without("OIDF-01 without iat", "iat"),
            without("OIDF-01 without ath", "ath"),
            self.case("OIDF-02 typ", UNAUTHORIZED, |proof| {
                proof.header("typ", "JWT")
            }),
            self.case("OIDF-03 signature", UNAUTHORIZED, |proof| {
                proof.signed_by(&other)
            }),
            self.case("OIDF-04 private key", UNAUTHORIZED, with_private_key),
            with("OIDF-05 htm", "htm", json!("POST")),
            with(
                "OIDF-07 htu",
                "htu",
                json!("https://other.example.com/other"),
            ),
            with("OIDF-08 iat ahead", "iat", json!(self.now + 3600)),
            with("OIDF-08 iat back", "iat", json!(self.now - 3600)),
            with(
                "OIDF-09 ath",
                "ath",
                json!("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"),
            ),
        ]
    }

    fn accepted(&self) -> Vec<Case> {
        let with = |name, claim: &'static str, value: Value| {
            self.case(name, OK, move |proof| proof.claim(claim, value))
        };
        let mut inverted = self.case("OIDF-12 scheme in another case", OK, |proof| proof);
        let headers = inverted.request.headers_mut();
        let credentials = headers["authorization"]
            .to_str()
            .unwrap()
            .replacen("DPoP", "dpOp", 1);
        headers.insert("authorization", credentials.parse().unwrap());
        vec![
            with(
                "OIDF-06 htu with query and fragment",
                "htu",
                json!(format!("{}?x=1#f", self.url)),
            ),
            with("OIDF-10 iat ahead", "iat", json!(self.now + 9)),
            with("OIDF-10 iat back", "iat", json!(self.now - 10)),
            self.case("OIDF-11 nbf and exp", OK, |proof| {
                proof
                    .claim("nbf", self.now - 10)
                    .claim("exp", self.now + 60)
            }),
            inverted,
            with(
                "OIDF-14 htu that is normalized",
                "htu",
                json!(unnormalized(self.url)),
            ),
        ]
    }

    fn still_to_do(&self) -> Vec<Case> {
        let header = |name, member: &'static str, value: Value| {
            self.case(name, REFUSED, move |proof| proof.header(member, value))
        };
        let without = |name, claim: &'static str| {
            self.case(name, REFUSED, move |proof| proof.claim(claim, Value::Null))
        };
        let mut all = self.without_holder_of_key();
        all.extend([
            header("OIDF-17 without typ", "typ", Value::Null),
            header("OIDF-17 without alg", "alg", Value::Null),
            header("OIDF-17 without jwk", "jwk", Value::Null),
            without("OIDF-17 without jti", "jti"),
            without("OIDF-17 without htm", "htm"),
            header("OIDF-17 alg none", "alg", json!("none")),
            self.by_key("OIDF-17 RS256", &SigningKey::from_seed("RS256", 0)),
            self.two_proofs(),
            self.not_a_jwt(),
            self.other_key(),
            self.case("OIDF-17 unknown members", OK, |proof| {
                proof
                    .header("x", json!({"y": [1]}))
                    .claim("z", json!("unknown"))
            }),
        ]);
        all
    }

    /// OIDF-15.
    fn without_holder_of_key(&self) -> Vec<Case> {
        let bound = (self.token)(Some(self.client.key()));
        let unbound = (self.token)(None);
        let bearer = |name, token: &str| {
            let mut request = self.client.request("GET", self.url, token);
            let headers = request.headers_mut();
            headers.remove("dpop");
            headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
            Case {
                name,
                request,
                statuses: REFUSED,
            }
        };
        let mut proofless = self.client.request("GET", self.url, &bound);
        proofless.headers_mut().remove("dpop");
        vec![
            bearer("OIDF-15 bound token as bearer token", &bound),
            bearer("OIDF-15 unbound token", &unbound),
            Case {
                name: "OIDF-15 unbound token with a proof",
                request: self.client.request("GET", self.url, &unbound),
                statuses: REFUSED,
            },
            Case {
                name: "OIDF-15 without a proof",
                request: proofless,
                statuses: REFUSED,
            },
        ]
    }

    fn two_proofs(&self) -> Case {
        let mut case = self.case("OIDF-17 two proofs", REFUSED, |proof| proof);
        let token = (self.token)(Some(self.client.key()));
        let second = HeaderValue::from_str(&self.proof(&token).sign()).unwrap();
        case.request.headers_mut().append("dpop", second);
        case
    }

    fn not_a_jwt(&self) -> Case {
        let mut case = self.case("OIDF-17 not a JWT", REFUSED, |proof| proof);
        let value = HeaderValue::from_static("not.a-jwt");
        case.request.headers_mut().insert("dpop", value);
        case
    }

    /// A valid proof of a key that the token is not bound to.
    fn other_key(&self) -> Case {
        let token = (self.token)(Some(self.client.key()));
        let other = Client::with_key(SigningKey::from_seed("ES256", 77));
        let proof = other.proof("GET", self.url, &token).claim("iat", self.now);
        let request = self
            .client
            .request_with("GET", self.url, &token, &proof.sign());
        Case {
            name: "OIDF-17 another key",
            request,
            statuses: REFUSED,
        }
    }

    /// A client with this key, and a token that is bound to it.
    fn by_key(&self, name: &'static str, key: &SigningKey) -> Case {
        let (client, token) = (Client::with_key(key.clone()), (self.token)(Some(key)));
        let proof = client.proof("GET", self.url, &token).claim("iat", self.now);
        let request = client.request_with("GET", self.url, &token, &proof.sign());
        Case {
            name,
            request,
            statuses: REFUSED,
        }
    }

    fn case(
        &self,
        name: &'static str,
        statuses: &'static [u16],
        change: impl FnOnce(Proof) -> Proof,
    ) -> Case {
        let token = (self.token)(Some(self.client.key()));
        let proof = change(self.proof(&token)).sign();
        let request = self.client.request_with("GET", self.url, &token, &proof);
        Case {
            name,
            request,
            statuses,
        }
    }

    fn proof(&self, token: &str) -> Proof {
        self.client
            .proof("GET", self.url, token)
            .claim("iat", self.now)
    }
}

fn with_private_key(proof: Proof) -> Proof {
    let mut jwk = proof.header["jwk"].clone();
    jwk["d"] = json!("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
    proof.header("jwk", jwk)
}

/// The same URI by RFC 3986 section 6.2.2: scheme in capitals, and a letter of the path encoded.
fn unnormalized(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (before, letter) = rest.split_at(rest.rfind('/').unwrap() + 1);
    let (first, others) = letter.split_at(1);
    format!(
        "{}://{before}%{:02X}{others}",
        scheme.to_uppercase(),
        first.as_bytes()[0]
    )
}

const OK: &[u16] = &[200];
const UNAUTHORIZED: &[u16] = &[401];
const REFUSED: &[u16] = &[400, 401];
