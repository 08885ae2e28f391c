//! What an entry names as JSON, for deny-lists that instances share.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, Kind, Target};
use crate::crypto::Digest;

/// Named as the tables of the file of a deny-list.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum TargetJson {
    Certificate { x5t_s256: String },
    Client { issuer: String, client_id: String },
    Issuer { issuer: String },
    Key { jkt: String },
    SigningKey { issuer: String, kid: String },
    Subject { issuer: String, subject: String },
    Token { issuer: String, jti: String },
}

impl Entry {
    /// What the entry names, without its times, as JSON on one line. Equal entries have equal texts.
    ///
    /// ```
    /// use sender_constraint::revocation::Entry;
    ///
    /// let client = Entry::client("https://as.example.com", "app");
    /// let json = r#"{"client":{"issuer":"https://as.example.com","client_id":"app"}}"#;
    /// assert_eq!(client.target_json(), json);
    /// assert_eq!(Entry::from_target_json(json), Some(client));
    /// ```
    #[must_use]
    pub fn target_json(&self) -> String {
        let target = match &self.target {
            Target::Named(kind, issuer, name) => named(*kind, issuer.to_string(), name.to_string()),
            Target::Issuer(issuer) => TargetJson::Issuer {
                issuer: issuer.to_string(),
            },
            Target::Key(jkt) => TargetJson::Key {
                jkt: jkt.to_string(),
            },
            Target::Certificate(x5t_s256) => TargetJson::Certificate {
                x5t_s256: x5t_s256.to_string(),
            },
        };
        // Texts always have a JSON form.
        serde_json::to_string(&target).unwrap_or_default()
    }

    /// Reads the text of [`Entry::target_json`]; `None` for any other one. The entry has no times.
    pub fn from_target_json(json: &str) -> Option<Self> {
        let target = serde_json::from_str(json).ok()?;
        Some(match target {
            TargetJson::Certificate { x5t_s256 } => {
                Self::certificate(Digest::from_base64url(&x5t_s256)?)
            }
            TargetJson::Client { issuer, client_id } => Self::client(&issuer, &client_id),
            TargetJson::Issuer { issuer } => Self::issuer(&issuer),
            TargetJson::Key { jkt } => Self::key(Digest::from_base64url(&jkt)?),
            TargetJson::SigningKey { issuer, kid } => Self::signing_key(&issuer, &kid),
            TargetJson::Subject { issuer, subject } => Self::subject(&issuer, &subject),
            TargetJson::Token { issuer, jti } => Self::token(&issuer, &jti),
        })
    }
}

fn named(kind: Kind, issuer: String, name: String) -> TargetJson {
    match kind {
        Kind::Client | Kind::ClientBefore => TargetJson::Client {
            issuer,
            client_id: name,
        },
        Kind::SigningKey => TargetJson::SigningKey { issuer, kid: name },
        Kind::Subject | Kind::SubjectBefore => TargetJson::Subject {
            issuer,
            subject: name,
        },
        // The other kinds are no pairs of names.
        Kind::Token | Kind::Issuer | Kind::Key | Kind::Certificate => {
            TargetJson::Token { issuer, jti: name }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_entry_is_read_back() {
        let digest = Digest::sha256(b"key");
        let (issuer, odd) = ("https://as.example.com", "a \"b\"\n\u{e9}");
        for entry in [
            Entry::token(issuer, odd),
            Entry::client(issuer, odd),
            Entry::subject(issuer, odd),
            Entry::signing_key(issuer, odd),
            Entry::issuer(issuer),
            Entry::key(digest),
            Entry::certificate(digest),
        ] {
            let json = entry.target_json();
            assert!(!json.contains('\n'), "{json}");
            assert_eq!(Entry::from_target_json(&json), Some(entry), "{json}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for json in [
            "",
            "{}",
            "null",
            r#"{"client":{"issuer":"i"}}"#,
            r#"{"client":{"issuer":"i","client_id":"c","more":1}}"#,
            r#"{"client":{"issuer":"i","issuer":"j","client_id":"c"}}"#,
            r#"{"issuer":{"issuer":"i"},"key":{"jkt":"k"}}"#,
            r#"{"key":{"jkt":"short"}}"#,
            r#"{"unknown":{"issuer":"i"}}"#,
            r#"{"issuer":{"issuer":"i"}} x"#,
        ] {
            assert_eq!(Entry::from_target_json(json), None, "{json}");
        }
    }
}
