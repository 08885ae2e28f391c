//! The header fields that describe the sender.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, StatusCode};
use sender_constraint::Access;

use super::signer::Signer;
use super::value::encoded;
use crate::config::{Identity, SettingError};

/// Writes what is known about the sender.
#[derive(Clone, Debug)]
pub(crate) struct IdentityFields {
    settings: Identity,
    signer: Option<Arc<Signer>>,
}

impl IdentityFields {
    pub(crate) fn new(settings: &Identity) -> Result<Self, SettingError> {
        let signer = settings.token.as_ref().map(Signer::new).transpose()?;
        Ok(Self {
            settings: settings.clone(),
            signer: signer.map(Arc::new),
        })
    }

    /// The fields that it may write, which are removed from requests.
    pub(crate) fn names(&self) -> impl Iterator<Item = &HeaderName> {
        let token = self.settings.token.as_ref().map(|token| &token.header);
        self.settings.headers.names().into_iter().chain(token)
    }

    /// The key set that verifies the token; empty without one.
    pub(crate) fn jwks(&self) -> String {
        let keys = self.signer.iter().map(|signer| signer.jwk());
        serde_json::json!({"keys": keys.collect::<Vec<_>>()}).to_string()
    }

    /// Writes the fields.
    ///
    /// # Errors
    ///
    /// The status of the response: a value is too long, or cannot be signed.
    pub(crate) fn write(&self, access: &Access, headers: &mut HeaderMap) -> Result<(), StatusCode> {
        let names = &self.settings.headers;
        let scope: Vec<_> = access.scopes().collect();
        let scope = scope.join(" ");
        let jkt = access.sender().jkt().map(ToString::to_string);
        let x5t_s256 = access.sender().x5t_s256().map(ToString::to_string);
        let fields = [
            (&names.subject, access.subject()),
            (&names.client_id, access.client_id()),
            (&names.issuer, Some(access.issuer())),
            (
                &names.scope,
                Some(scope.as_str()).filter(|it| !it.is_empty()),
            ),
            (&names.jkt, jkt.as_deref()),
            (&names.x5t_s256, x5t_s256.as_deref()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                headers.insert(name.clone(), encoded(value)?);
            }
        }
        if let (Some(signer), Some(token)) = (&self.signer, &self.settings.token) {
            headers.insert(token.header.clone(), signer.sign(access, token)?);
        }
        Ok(())
    }
}
