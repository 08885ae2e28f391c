//! The names of environment variables that are probably meant as settings, and are none.

use sender_constraint::config::nearest_name;

use super::environment::PREFIX;
use super::setting_names::SETTING_NAMES;

/// What the names of all variables of the gate begin with, whatever follows.
pub(crate) const COMMON_PREFIX: &str = "SENDER_CONSTRAINT_GATE_";

/// Why a variable is refused whose name continues [`COMMON_PREFIX`] with `name`: it has `_` where the name of a setting has
/// `__`, or is none of a setting. A name of Kubernetes for a Service `sender-constraint-gate`, or one whose name continues
/// so, is none of the gate.
pub(super) fn refusal(name: &str) -> Option<String> {
    let name = name.to_ascii_uppercase();
    let plain = without_pairs(&name);
    let known = known(&plain);
    if let Some(path) = name.strip_prefix('_') {
        let meant = known.iter().find(|known| without_pairs(known) == plain);
        // The table that it would be in refuses any other.
        return meant.filter(|known| *known != path).map(|it| hint(it));
    }
    if is_of_kubernetes(&name) {
        return None;
    }
    let names: Vec<_> = known.iter().map(|known| without_pairs(known)).collect();
    let nearest = nearest_name(&plain, names.iter().map(String::as_str));
    let mut pairs = names.iter().zip(&known);
    let nearest = nearest.and_then(|nearest| pairs.find(|(name, _)| *name == nearest));
    Some(nearest.map_or_else(
        || format!("there is no such setting; the names of settings begin with {PREFIX}"),
        |(_, known)| hint(known),
    ))
}

fn hint(known: &str) -> String {
    format!("there is no such setting; did you mean {PREFIX}{known}?")
}

/// `DPOP_MAX_AGE_SECONDS` for `_DPOP__MAX_AGE_SECONDS`.
fn without_pairs(name: &str) -> String {
    let parts = name.split('_').filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

/// The name of each setting, with the number of the issuer that `plain` has.
fn known(plain: &str) -> Vec<String> {
    let number = plain.strip_prefix("ISSUER_").unwrap_or_default();
    let digits = number.split('_').next().unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let issuer = if is_number { digits } else { "0" };
    let settings = SETTING_NAMES.iter().flat_map(|(table, names)| {
        let table = match *table {
            "" => String::new(),
            "issuer" => format!("ISSUER__{issuer}__"),
            table => format!("{}__", table.to_ascii_uppercase().replace('.', "__")),
        };
        names
            .iter()
            .map(move |name| format!("{table}{}", name.to_ascii_uppercase()))
    });
    settings.collect()
}

/// Whether Kubernetes sets a variable of this name in each pod of the namespace, for a Service.
fn is_of_kubernetes(name: &str) -> bool {
    let parts: Vec<_> = name.split('_').collect();
    match parts.as_slice() {
        [.., "SERVICE", "HOST"] | [.., "PORT"] => true,
        [.., "PORT", number, "TCP" | "UDP" | "SCTP"]
        | [.., "PORT", number, "TCP" | "UDP" | "SCTP", "ADDR" | "PROTO"] => {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        parts => parts.windows(2).any(|pair| pair == ["SERVICE", "PORT"]),
    }
}
