//! The text of a configuration file, checked by itself.

use std::fmt;

use crate::config::{Config, SettingError};
use crate::guard::Parts;

/// The settings of a configuration file, checked without the network and without the files that they name: for tools
/// that write or review configurations.
///
/// This does not read certificates, keys, deny-lists or environment variables, and does not check `[introspection]` and Redis
/// beyond the types of their settings: `sender-constraint-gate --check` does, on the machine that has the files.
///
/// ```
/// use sender_constraint_gate::ConfigFile;
///
/// let text = r#"
/// listen = "127.0.0.1:8443"
/// mode = "proxy"
/// origin = "https://api.example.com"
/// [upstream]
/// url = "http://127.0.0.1:3000"
/// [[issuer]]
/// name = "https://as.example.com"
/// [tokens]
/// audiences = ["https://api.example.com"]
/// "#;
/// let config = ConfigFile::parse(text)?;
/// assert_eq!(config.listen(), "127.0.0.1:8443");
/// assert_eq!(config.origins().collect::<Vec<_>>(), ["https://api.example.com"]);
///
/// let error = ConfigFile::parse(&text.replace("upstream", "upstrem")).unwrap_err();
/// assert_eq!((error.line(), error.setting()), (Some(5), "upstrem"));
/// # Ok::<_, sender_constraint_gate::SettingError>(())
/// ```
#[derive(Clone)]
pub struct ConfigFile(Config);

impl ConfigFile {
    /// Parses the text, of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`SettingError`] with the first mistake, and its line where the text has one. A value that may be a secret is not in it
    /// ([`ValueForm`](sender_constraint::config::ValueForm)).
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let config = Config::parse("gate.toml", text, [])?;
        Parts::check_settings(&config)?;
        Ok(Self(config))
    }

    /// Where the gate would listen: an address with a port, or `unix:` and a path.
    #[must_use]
    pub fn listen(&self) -> &str {
        &self.0.server.listen.value
    }

    /// The origins that the gate would accept proofs for (`htu` of RFC 9449 section 4.2).
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        let proofs = &self.0.proofs;
        let origins = std::iter::once(&proofs.origin).chain(&proofs.other_origins);
        origins.map(|origin| origin.value.as_str())
    }
}

/// Shows the origins alone: any other setting may have a secret in the wrong place.
impl fmt::Debug for ConfigFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins: Vec<_> = self.origins().collect();
        let mut shown = formatter.debug_struct("ConfigFile");
        shown.field("origins", &origins).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../examples/reverse_proxy.toml");

    fn error(text: &str) -> SettingError {
        ConfigFile::parse(text).unwrap_err()
    }

    #[test]
    fn the_library_checks_as_well() {
        assert!(ConfigFile::parse(EXAMPLE).is_ok());
        for (from, to, setting) in [
            ("origin = \"https:", "origin = \"http:", "origin"),
            ("name = \"https:", "name = \"http:", "issuer.name"),
            (
                "[upstream]",
                "[policy]\nrealm = \"\\u0007\"\n[upstream]",
                "policy.realm",
            ),
            (
                "[upstream]",
                "[mtls]\nsource = \"connection\"\n[upstream]",
                "listen",
            ),
        ] {
            assert!(EXAMPLE.contains(from), "{from}");
            let error = error(&EXAMPLE.replacen(from, to, 1));
            assert_eq!(error.setting(), setting, "{error}");
            assert!(error.line().is_some(), "{error}");
        }
    }

    #[test]
    fn a_text_has_a_largest_size() {
        let longest = 1024 * 1024 - EXAMPLE.len();
        let padded = |length| format!("{EXAMPLE}{}", "\n".repeat(length));
        assert!(ConfigFile::parse(&padded(longest)).is_ok());
        let error = error(&padded(longest + 1));
        assert_eq!(
            error.to_string(),
            "gate.toml: it has more than 1048576 bytes"
        );
    }

    #[test]
    fn passwords_are_neither_in_errors_nor_in_debug() {
        let redis = "[replay]\nredis = [\"redis://:secret@redis.example.com\"]\n";
        let with = |more: &str| format!("{EXAMPLE}\n{redis}{more}");
        let issuer = "[[issuer]]\nname = \"https://gate:secret@as.example.com\"\n";
        let config = ConfigFile::parse(&with("")).unwrap();
        let origins = "ConfigFile { origins: [\"https://api.example.com\"], .. }";
        assert_eq!(format!("{config:?}"), origins);
        for text in [
            with("checked_by_gateway_only = true"),
            with("[dpop]\noff = true"),
            with(issuer),
            EXAMPLE.replace("http://127", "http://gate:secret@127"),
            EXAMPLE.replace("\"https://api", "\"https://gate:secret@api"),
        ] {
            let error = error(&text).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
