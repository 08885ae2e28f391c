//! How a case of `vectors/proofs.json` makes its `DPoP` header out of a good proof.

use http::{HeaderValue, Request};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::alter::{alter, hash_of, hmac};
use crate::common::{Key, NOW, Proof, World, encode};

/// What is changed, as the head of the file of cases describes it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Change {
    key: Option<String>,
    request: Map<String, Value>,
    header: Map<String, Value>,
    header_remove: Vec<String>,
    header_append: Option<String>,
    header_text: Option<String>,
    jwk: Map<String, Value>,
    jwk_remove: Vec<String>,
    rsa: Option<Rsa>,
    claims: Map<String, Value>,
    claims_remove: Vec<String>,
    claims_at: Map<String, Value>,
    claims_fill: Map<String, Value>,
    claims_depth: Option<usize>,
    claims_append: Option<String>,
    claims_text: Option<String>,
    claims_prefix: String,
    claims_suffix: String,
    claims_encoding: Option<String>,
    sign_with: Option<String>,
    alter: Map<String, Value>,
    signature_hex: Option<String>,
    field: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Rsa {
    bits: usize,
    e: String,
}

impl Change {
    /// The algorithm of the client's key.
    pub(crate) fn key(&self) -> &str {
        self.key.as_deref().unwrap_or("ES256")
    }

    /// The good request with this change.
    pub(crate) fn request(&self, world: &World) -> Request<()> {
        let mut token = world.token();
        if let Some(rsa) = &self.rsa {
            token = token.claim("cnf", json!({"jkt": rsa.thumbprint()}));
        }
        let token = token.sign();
        let mut request = Request::builder()
            .method(self.request.get("method").map_or("GET", text))
            .uri(self.request.get("target").map_or("/a", text))
            .header("authorization", format!("DPoP {token}"))
            .body(())
            .unwrap();
        for line in self.lines(world, &token) {
            let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            request.headers_mut().append("dpop", line);
        }
        request
    }

    fn lines(&self, world: &World, token: &str) -> Vec<String> {
        let proof = self.proof(world, token);
        let other = world.proof(token).sign();
        let [header, claims, signature] = parts(&proof);
        let [_, other_claims, other_signature] = parts(&other);
        let known = [
            ("proof", proof.as_str()),
            ("header", header),
            ("claims", claims),
            ("signature", signature),
            ("other", &other),
            ("other_claims", other_claims),
            ("other_signature", other_signature),
        ];
        let one = vec!["${proof}".to_owned()];
        let templates = self.field.as_ref().unwrap_or(&one);
        templates.iter().map(|each| fill(each, &known)).collect()
    }

    /// The proof with every change but those to the header line.
    fn proof(&self, world: &World, token: &str) -> String {
        let mut proof = world.proof(token);
        self.change_key(&mut proof.header);
        update(&mut proof.header, &self.header, &self.header_remove);
        self.change_claims(&mut proof.claims, token);
        let (header, claims) = self.texts(&proof);
        let header = self.altered("header", &spaced(header.into_bytes()));
        let claims = self.altered("claims", &spaced(self.encoded(&claims)));
        let input = format!("{header}.{claims}");
        let signer = match self.sign_with.as_deref() {
            None => proof.key.clone(),
            Some(_) => Key::from_seed(proof.key.alg(), 9),
        };
        let signature = match &self.signature_hex {
            None => signer.sign(input.as_bytes()),
            Some(hex) => (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                .collect(),
        };
        let signature = match self.alter.get("signature").map(text) {
            None => encode(signature),
            Some("hmac-of-jwk") => encode(hmac(
                proof.header["jwk"].to_string().as_bytes(),
                input.as_bytes(),
            )),
            Some(how) => alter(&encode(signature), how),
        };
        format!("{input}.{signature}")
    }

    fn change_key(&self, header: &mut Value) {
        if let Some(rsa) = &self.rsa {
            header["alg"] = "PS256".into();
            header["jwk"] = json!({"kty": "RSA", "n": rsa.modulus(), "e": rsa.e});
        }
        update(&mut header["jwk"], &self.jwk, &self.jwk_remove);
        for member in ["x", "y", "n"] {
            if let Some(how) = self.alter.get(&format!("jwk.{member}")) {
                header["jwk"][member] = alter(text(&header["jwk"][member]), text(how)).into();
            }
        }
    }

    fn change_claims(&self, claims: &mut Value, token: &str) {
        for (name, offset) in &self.claims_at {
            // A whole number stays one in JSON.
            claims[name] = match offset.as_i64() {
                Some(offset) => NOW.checked_add_signed(offset).into(),
                None => (offset.as_f64().unwrap() + 1_767_225_600.0).into(),
            };
        }
        for (name, length) in &self.claims_fill {
            let length = usize::try_from(length.as_u64().unwrap()).unwrap();
            claims[name] = "j".repeat(length).into();
        }
        if let Some(how) = self.alter.get("ath").map(text) {
            claims["ath"] = match how {
                "other-token" => hash_of("other"),
                "of-scheme-and-token" => hash_of(&format!("DPoP {token}")),
                "is-token" => token.to_owned(),
                how => alter(text(&claims["ath"]), how),
            }
            .into();
        }
        update(claims, &self.claims, &self.claims_remove);
    }

    fn texts(&self, proof: &Proof) -> (String, String) {
        let jwk = &proof.header["jwk"];
        let known = [
            ("jwk", jwk.to_string()),
            ("x", jwk["x"].as_str().unwrap_or_default().to_owned()),
            ("y", jwk["y"].as_str().unwrap_or_default().to_owned()),
            ("now", NOW.to_string()),
        ];
        let known = known
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let nested = self.claims_depth.map(|depth| {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            format!("\"nested\":{open}1{close}")
        });
        let header = appended(&proof.header, self.header_append.as_ref());
        let claims = appended(
            &proof.claims,
            self.claims_append.as_ref().or(nested.as_ref()),
        );
        let header = self.header_text.clone().unwrap_or(header);
        let claims = self.claims_text.clone().unwrap_or(claims);
        (fill(&header, &known), fill(&claims, &known))
    }

    fn encoded(&self, claims: &str) -> Vec<u8> {
        let claims = format!("{}{claims}{}", self.claims_prefix, self.claims_suffix);
        match self.claims_encoding.as_deref() {
            None => claims.into_bytes(),
            Some("utf-16le") => claims.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Some("latin-1") => claims.chars().map(|c| u8::try_from(c).unwrap()).collect(),
            Some(other) => panic!("no encoding {other}"),
        }
    }

    fn altered(&self, place: &str, text: &str) -> String {
        match self.alter.get(place) {
            None => text.to_owned(),
            Some(how) => alter(text, how.as_str().unwrap()),
        }
    }
}

impl Rsa {
    fn modulus(&self) -> String {
        let mut modulus = vec![0xff; self.bits.div_ceil(8)];
        modulus[0] = 0xff >> (self.bits.next_multiple_of(8) - self.bits);
        encode(modulus)
    }

    fn thumbprint(&self) -> String {
        let modulus = self.modulus();
        hash_of(&format!(
            r#"{{"e":"{}","kty":"RSA","n":"{modulus}"}}"#,
            self.e
        ))
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn parts(proof: &str) -> [&str; 3] {
    proof.split('.').collect::<Vec<_>>().try_into().unwrap()
}

fn update(object: &mut Value, set: &Map<String, Value>, remove: &[String]) {
    for (name, value) in set {
        object[name] = value.clone();
    }
    for name in remove {
        object.as_object_mut().unwrap().remove(name);
    }
}

fn appended(object: &Value, members: Option<&String>) -> String {
    let object = object.to_string();
    match members {
        None => object,
        Some(members) => format!("{},{members}}}", object.strip_suffix('}').unwrap()),
    }
}

/// Spaces at the end leave unused bits in the last character, for the cases that set them.
fn spaced(mut json: Vec<u8>) -> String {
    if json.len().is_multiple_of(3) {
        json.push(b' ');
    }
    encode(json)
}

fn fill(template: &str, known: &[(&str, &str)]) -> String {
    let mut filled = template.to_owned();
    for (name, value) in known {
        filled = filled.replace(&format!("${{{name}}}"), value);
    }
    match filled.strip_prefix("${fill:") {
        None => filled,
        Some(length) => "f".repeat(length.strip_suffix('}').unwrap().parse().unwrap()),
    }
}
