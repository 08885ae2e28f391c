//! The claim `authorization_details` (RFC 9396 sections 2 and 9): what the token authorizes, in objects with a type.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One object of the claim `authorization_details` (RFC 9396 section 2). What its members mean depends on its type.
///
/// `Debug` shows the type only.
///
/// ```
/// use sender_constraint::require::Require;
/// use sender_constraint::token::AuthorizationDetail;
///
/// fn may_initiate(payment: &AuthorizationDetail) -> bool {
///     let actions = payment.get("actions").and_then(|actions| actions.as_array());
///     actions.is_some_and(|actions| actions.iter().any(|action| action == "initiate"))
/// }
///
/// let require = Require::any_token().authorization_details("payment_initiation", may_initiate);
/// # drop(require);
/// ```
#[derive(Clone)]
pub struct AuthorizationDetail {
    detail_type: Box<str>,
    locations: Option<Box<[Box<str>]>>,
    members: Value,
}

impl AuthorizationDetail {
    /// `type`: which members there are, and what they mean. Compare it as a whole, with case.
    #[must_use]
    pub fn detail_type(&self) -> &str {
        &self.detail_type
    }

    /// `locations`: the resource servers that the object is for; `None` without the member, and empty if it is not an
    /// array of strings.
    #[must_use]
    pub fn locations(&self) -> Option<impl Iterator<Item = &str>> {
        let locations = self.locations.as_ref()?;
        Some(locations.iter().map(AsRef::as_ref))
    }

    /// A member of the object. Does not allocate.
    #[must_use]
    pub fn get(&self, member: &str) -> Option<&Value> {
        self.members.get(member)
    }

    /// Deserializes the object into a type of the application.
    ///
    /// # Errors
    ///
    /// Those of `serde_json`, if the object does not match the type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.members)
    }

    /// The objects of the claim. None at all unless it is an array of at most [`MAX_DETAILS`] objects with a `type`
    /// each: a claim that is malformed authorizes nothing.
    pub(super) fn all(claims: &[u8]) -> Box<[Self]> {
        let claim = serde_json::from_slice(claims);
        let claim = claim.map(|Claim { details }| details);
        let Ok(Value::Array(objects)) = claim else {
            return Box::default();
        };
        if objects.len() > MAX_DETAILS {
            return Box::default();
        }
        let details = objects.into_iter().map(Self::new);
        details.collect::<Option<_>>().unwrap_or_default()
    }

    fn new(members: Value) -> Option<Self> {
        let detail_type = members.as_object()?.get("type")?.as_str()?.into();
        let locations = members.get("locations").map(texts);
        Some(Self {
            detail_type,
            locations,
            members,
        })
    }

    /// The approximate memory that the object takes up.
    pub(super) fn weight(&self) -> usize {
        weight_of(&self.members).saturating_mul(2)
    }
}

impl fmt::Debug for AuthorizationDetail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthorizationDetail")
            .field("type", &self.detail_type)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Claim {
    #[serde(rename = "authorization_details")]
    details: Value,
}

/// Empty if an element is something else: such an object is for no server.
fn texts(value: &Value) -> Box<[Box<str>]> {
    let texts = value.as_array().map(|elements| {
        let texts = elements.iter().map(|each| each.as_str().map(Into::into));
        texts.collect::<Option<_>>().unwrap_or_default()
    });
    texts.unwrap_or_default()
}

fn weight_of(value: &Value) -> usize {
    let inner: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(elements) => elements.iter().map(weight_of).sum(),
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| name.len() + weight_of(value));
            OBJECT_BYTES + members.sum::<usize>()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    VALUE_BYTES + inner
}

/// More than any API needs for one token.
const MAX_DETAILS: usize = 64;
/// The approximate memory of a value, and of the first node of an object.
const VALUE_BYTES: usize = 64;
const OBJECT_BYTES: usize = 640;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Measured: the blocks that an allocator gives out for the object, each a multiple of 16 bytes, with 8 for itself.
    #[test]
    fn weight_is_the_memory_that_an_object_takes_up() {
        let payment = json!({
            "type": "payment_initiation",
            "actions": ["initiate", "status"],
            "locations": ["https://api.example.com/payments"],
            "instructedAmount": {"currency": "EUR", "amount": "123.50"},
        });
        let names = (0..20).map(|nth| (format!("{nth:0>100}"), json!("v")));
        let long_names = names.chain([("type".to_owned(), json!("t"))]).collect();
        for (object, measured) in [
            (json!({"type": "x"}), 792),
            (payment, 2064),
            (Value::Object(long_names), 5712),
            (json!({"type": "x", "pad": "x".repeat(10_000)}), 10_824),
            (json!({"type": "x", "limits": vec![7; 1000]}), 33_592),
        ] {
            let detail = AuthorizationDetail::new(object).expect("an object with a type");
            let weight = detail.weight();
            let range = measured..4 * measured;
            assert!(range.contains(&weight), "{weight} for {measured}");
        }
    }
}
