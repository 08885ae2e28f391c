//! The client that fetches metadata and keys, and introspects tokens.

use sender_constraint::http_client::ReqwestClient;

use crate::config::{Issuers, SettingError};

pub(super) fn http_client(issuers: &Issuers) -> Result<ReqwestClient, SettingError> {
    match &issuers.ca {
        Some(file) => file.read(|file| {
            let pem = std::fs::read(file).map_err(|error| format!("{file:?}: {error}"))?;
            ReqwestClient::with_root_certificates(&pem).map_err(|error| error.to_string())
        }),
        None => issuers.first.name.read(|_| ReqwestClient::new()),
    }
}
