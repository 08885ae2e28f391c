//! The texts of errors for operators, who know settings and no functions of the library.

use super::error::ConfigError;

impl ConfigError {
    /// The text, with settings by their keys in place of the functions that they call.
    pub(crate) fn in_settings(&self) -> String {
        match self {
            Self::Issuer { value, reason } => {
                let advice = reason.advice(value, INSECURE_ISSUER);
                format!("issuer {value:?} is not usable: {reason}{advice}")
            }
            Self::KnownConfirmationMember(member) => format!(
                "`{member}` is always checked: `policy.ignore_confirmation_members` cannot ignore it"
            ),
            Self::NoCertificateHeader(format) => format!(
                "the certificate format `{format}` has no usual header: name the header that the proxy sets in `mtls.header`"
            ),
            Self::NothingAccepted => NOTHING_ACCEPTED.to_owned(),
            Self::Origin { value, reason } => {
                let advice = reason.advice(value, "`insecure_http_origin`");
                format!("origin {value:?} is not usable: {reason}{advice}")
            }
            Self::SameHost { first, second } => format!(
                "the origins {first:?} and {second:?} cannot both be `origins`: a request does not say which of them its \
                 `Host` names"
            ),
            Self::UnknownHeaderFormat(name) => {
                format!("{name:?} is not a certificate header format of `mtls.format`")
            }
            Self::UnreachableKeys { origin, reason } => format!(
                "the key set {origin} cannot be fetched: {reason}; to start without it, and to answer 503 until it is \
                 fetched, set `tokens.start_without_keys`"
            ),
            Self::Url { value, reason } => {
                let advice = reason.advice(value, INSECURE_ISSUER);
                format!("the URL {value:?} is not usable: {reason}{advice}")
            }
            // Errors that only code can cause.
            other => without_types(&other.to_string()),
        }
    }
}

/// Each name in backticks without the types that it belongs to.
fn without_types(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(number, part)| {
        let rest = part.rsplit_once("::").map(|(_, rest)| rest);
        let is_name =
            rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_alphabetic()));
        let is_quoted = number % 2 == 1;
        rest.filter(|_| is_name && is_quoted).unwrap_or(part)
    });
    parts.collect::<Vec<_>>().join("`")
}

const INSECURE_ISSUER: &str = "`issuer.insecure_http`";
const NOTHING_ACCEPTED: &str = "no token could be accepted: leave `dpop.off` out, or configure `mtls.source`, or set \
                                `policy.allow_unbound_tokens`";
