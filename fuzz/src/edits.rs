//! Changes of a JSON object, with names and values that matter.

use arbitrary::Arbitrary;
use serde_json::{Map, Value, json};

use crate::mutation::{Mutation, mutate};
use crate::world::{ISSUER, NOW, ORIGIN};

/// A text made from a good object.
#[derive(Arbitrary, Debug)]
pub(crate) struct Edits<'a> {
    changes: Vec<Change<'a>>,
    /// Changes of the text after that, in one input of four.
    is_text_changed: (bool, bool),
    mutations: Vec<Mutation>,
}

#[derive(Arbitrary, Debug)]
enum Change<'a> {
    Remove(Name<'a>),
    Set(Name<'a>, Json<'a>),
    SetIn(Name<'a>, Name<'a>, Json<'a>),
    /// The member a second time.
    Double(Name<'a>, Json<'a>),
}

#[derive(Arbitrary, Debug)]
enum Name<'a> {
    Known(u8),
    Any(&'a str),
}

#[derive(Arbitrary, Debug)]
enum Json<'a> {
    Known(u8),
    Near(i16),
    Number(i64),
    Float(f64),
    Text(&'a str),
    Bool(bool),
    Null,
    List(Vec<Json<'a>>),
    Object(Vec<(Name<'a>, Json<'a>)>),
    Nested(u8),
}

impl Edits<'_> {
    /// The changed object as text. `None` if it is no text any more.
    pub(crate) fn apply(&self, good: &Value) -> Option<String> {
        let mut object = good.as_object().cloned()?;
        let mut doubled = Vec::new();
        for change in self.changes.iter().take(MAX_CHANGES) {
            change.apply(&mut object, &mut doubled);
        }
        let mut text = Value::Object(object).to_string();
        for (name, value) in doubled {
            text.pop();
            text.push_str(&format!(",{}:{value}}}", Value::from(name)));
        }
        if self.is_text_changed == (true, true) {
            text = String::from_utf8(mutate(text.as_bytes(), &self.mutations)).ok()?;
        }
        Some(text)
    }
}

impl Change<'_> {
    fn apply(&self, object: &mut Map<String, Value>, doubled: &mut Vec<(String, Value)>) {
        match self {
            Self::Remove(name) => drop(object.remove(name.text())),
            Self::Set(name, value) => drop(object.insert(name.text().to_owned(), value.value(0))),
            Self::SetIn(outer, name, value) => {
                if let Some(Value::Object(inner)) = object.get_mut(outer.text()) {
                    inner.insert(name.text().to_owned(), value.value(0));
                }
            }
            Self::Double(name, value) => doubled.push((name.text().to_owned(), value.value(0))),
        }
    }
}

impl Name<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Known(at) => NAMES[usize::from(*at) % NAMES.len()],
            Self::Any(text) => text,
        }
    }
}

impl Json<'_> {
    fn value(&self, depth: usize) -> Value {
        match self {
            _ if depth > MAX_DEPTH => Value::Null,
            Self::Known(at) => known(*at),
            Self::Near(seconds) => json!(i64::try_from(NOW).unwrap_or(0) + i64::from(*seconds)),
            Self::Number(number) => json!(number),
            Self::Float(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Bool(value) => json!(value),
            Self::Null => Value::Null,
            Self::List(items) => items.iter().map(|item| item.value(depth + 1)).collect(),
            Self::Object(members) => members
                .iter()
                .map(|(name, value)| (name.text().to_owned(), value.value(depth + 1)))
                .collect(),
            Self::Nested(levels) => (0..*levels).fold(json!(0), |inner, _| json!([inner])),
        }
    }
}

fn known(at: u8) -> Value {
    let values = [
        json!(ORIGIN),
        json!(ISSUER),
        json!([ORIGIN]),
        json!([ORIGIN, "https://other.example.com"]),
        json!(format!("{ORIGIN}/a")),
        json!(format!("{ORIGIN}:443/%61?q#f")),
        json!("GET"),
        json!("dpop+jwt"),
        json!("application/dpop+jwt"),
        json!("at+jwt"),
        json!("APPLICATION/AT+JWT"),
        json!("JWT"),
        json!("ES256"),
        json!("none"),
        json!("HS256"),
        json!("RS256"),
        json!("k1"),
        json!("P-256"),
        json!("EC"),
        json!("sig"),
        json!(["verify"]),
        json!("Bearer"),
        json!("DPoP"),
        json!("a b"),
        json!(u64::MAX),
        json!(1e308),
        json!(1_767_225_600.5),
        json!({}),
        json!([]),
        json!(""),
    ];
    values[usize::from(at) % values.len()].clone()
}

const NAMES: [&str; 54] = [
    "typ",
    "alg",
    "jwk",
    "kid",
    "crit",
    "b64",
    "zip",
    "cty",
    "x5c",
    "x5t#S256",
    "jku",
    "x5u",
    "kty",
    "crv",
    "x",
    "y",
    "d",
    "n",
    "e",
    "k",
    "use",
    "key_ops",
    "jti",
    "htm",
    "htu",
    "iat",
    "ath",
    "nonce",
    "exp",
    "nbf",
    "cnf",
    "jkt",
    "iss",
    "aud",
    "sub",
    "client_id",
    "scope",
    "scp",
    "act",
    "acr",
    "auth_time",
    "authorization_details",
    "type",
    "locations",
    "active",
    "token_type",
    "azp",
    "realm_access",
    "roles",
    "status",
    "status_list",
    "idx",
    "uri",
    "ttl",
];

const MAX_CHANGES: usize = 8;
const MAX_DEPTH: usize = 6;
