//! The configurable parts of challenges, which are checked once (RFC 6750 section 3, RFC 9728 section 5.1).

use crate::config_error::{ConfigError, size_in_range};
use crate::uri::{PlainHttp, check_url};
use crate::url_error::redacted;

/// The configurable parts of a challenge.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChallengeTexts {
    pub(crate) realm: Option<String>,
    pub(crate) resource: ResourceTexts,
    pub(crate) parts: Vec<ResourceTexts>,
    pub(crate) bearer_first: bool,
    pub(crate) grpc_status: bool,
    /// Whether responses have the headers that FAPI 2.0 requires.
    pub(crate) is_fapi2: bool,
}

/// What challenges say of a resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourceTexts {
    /// The URL of its metadata.
    pub(crate) metadata: Option<String>,
    /// For a client without credentials, unless the route names its own.
    pub(crate) scope: Option<String>,
}

impl ChallengeTexts {
    /// By its place: 0 for the guard as a whole.
    pub(super) fn of_resource(&self, place: usize) -> &ResourceTexts {
        let part = place.checked_sub(1).and_then(|place| self.parts.get(place));
        part.unwrap_or(&self.resource)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        check_text("realm", self.realm.as_deref())?;
        if let Some(realm) = &self.realm {
            size_in_range(REALM_LENGTH, realm.len(), 1, MAX_REALM)?;
        }
        for resource in self.parts.iter().chain([&self.resource]) {
            check_text("resource_metadata", resource.metadata.as_deref())?;
            // RFC 9728 section 5.1: a URL, which the client fetches.
            if let Some(url) = &resource.metadata {
                check_url(url, PlainHttp::Never).map_err(|reason| ConfigError::Url {
                    value: redacted(url),
                    reason,
                })?;
            }
        }
        Ok(())
    }
}

/// Accepts only the characters that RFC 6750 section 3 allows in quoted values, so that nothing needs escaping.
fn check_text(parameter: &'static str, value: Option<&str>) -> Result<(), ConfigError> {
    let is_plain = |byte: u8| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
    match value {
        Some(value) if value.is_empty() || !value.bytes().all(is_plain) => {
            Err(ConfigError::ChallengeText {
                parameter,
                value: value.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// As errors name it.
pub(crate) const REALM_LENGTH: &str = "the length of the realm";
/// In bytes; a response has up to three challenges, each with the realm.
const MAX_REALM: usize = 256;
