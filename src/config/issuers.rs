//! Issuers: their keys, and the verifier of their tokens.

use url::Url;

use super::build::seconds;
use super::guard_config::GuardConfig;
use super::issuer_config::IssuerConfig;
use super::issuer_keys::IssuerKeys;
use super::names::Key;
use super::setting_error::{SettingError, SettingReason};
use super::shown::{is_no_audience, length_of, shown};
use crate::config_error::ConfigError;
use crate::http_client::ReqwestClient;
use crate::jose::Algorithm;
use crate::token::{Dialect, Issuer, JwtVerifier};

impl GuardConfig {
    /// The keys of each issuer, in the order of the configuration: for a program that shows them, or reports whether
    /// they are there.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] if keys cannot be read or fetched.
    pub async fn keys(&self) -> Result<Vec<IssuerKeys>, SettingError> {
        self.fetch(self.unfetched_keys()?).await
    }

    /// The keys of one issuer, by its number from 0: for a program that keeps those of others.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] if there is no such issuer, or its keys cannot be read or fetched.
    pub async fn issuer_keys(&self, number: usize) -> Result<IssuerKeys, SettingError> {
        let keys = self.unfetched_keys_of(number)?;
        self.fetch_keys_of(number, keys).await
    }

    /// The client that fetches metadata and keys, which trusts the authorities in
    /// [`TokensConfig::ca`](super::TokensConfig::ca) too.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] if the file cannot be used.
    pub fn http_client(&self) -> Result<ReqwestClient, SettingError> {
        let key = Key::new("tokens.ca");
        let Some(path) = &self.tokens.ca else {
            return self.refused(key, ReqwestClient::new());
        };
        let pem = std::fs::read(path).map_err(|error| {
            let (path, reason) = (path.clone(), error.to_string());
            self.refuse(key, SettingReason::File { path, reason })
        })?;
        let client = ReqwestClient::with_root_certificates(&pem);
        let client = client.map_err(|error| ConfigError::File {
            path: path.clone(),
            line: None,
            reason: error.to_string(),
        });
        self.refused(key, client)
    }

    /// The verifier of tokens, with the keys of each issuer in the order of the configuration.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the setting that is missing or refused.
    pub fn tokens(
        &self,
        keys: impl IntoIterator<Item = IssuerKeys>,
    ) -> Result<JwtVerifier, SettingError> {
        let mut keys = keys.into_iter();
        let mut audiences = self.audiences()?.into_iter();
        let (key, audience) = audiences.next().ok_or_else(|| self.missing_audience())?;
        let mut tokens: Option<JwtVerifier> = None;
        for (number, issuer) in self.issuers.iter().enumerate() {
            let source = keys.next().ok_or_else(|| self.missing_keys(number))?;
            let next = self.issuer(number, issuer, &source)?;
            tokens = Some(match tokens {
                None => self.refused(key, JwtVerifier::for_issuer(next, &audience))?,
                Some(tokens) => {
                    let key = Key::of_issuer(number, "issuer.name");
                    self.refused(key, tokens.add_issuer(next))?
                }
            });
        }
        let mut tokens = tokens.ok_or_else(|| self.missing_issuer(0))?;
        for (key, audience) in audiences {
            tokens = self.refused(key, tokens.add_audience(&audience))?;
        }
        match self.tokens.leeway_seconds {
            Some(leeway) => self.refused(
                Key::new("tokens.leeway_seconds"),
                tokens.leeway(seconds(leeway)),
            ),
            None => Ok(tokens),
        }
    }

    /// Those of `tokens.audiences`, else the origins without a final slash.
    fn audiences(&self) -> Result<Vec<(Key, String)>, SettingError> {
        let named = self.tokens.audiences.iter().enumerate();
        let named: Vec<_> = named
            .map(|(number, audience)| {
                let key = Key::new("tokens.audiences").element(Some(number));
                (key, audience.clone())
            })
            .collect();
        if let Some((key, audience)) = named.iter().find(|(_, it)| is_no_audience(it)) {
            let (came, expected) = (length_of(audience), AUDIENCE);
            return Err(self.refuse(*key, SettingReason::Value { came, expected }));
        }
        if !named.is_empty() {
            return Ok(named);
        }
        self.check_origins()?;
        let origins = self.all_origins();
        Ok(origins
            .map(|(name, number, origin)| (Key::new(name).element(number), normal_form(origin)))
            .collect())
    }

    fn issuer(
        &self,
        number: usize,
        settings: &IssuerConfig,
        keys: &IssuerKeys,
    ) -> Result<Issuer, SettingError> {
        let key = |name| Key::of_issuer(number, name);
        if settings.name.is_empty() {
            return Err(self.missing_issuer(number));
        }
        let issuer = if settings.insecure_http {
            Issuer::over_insecure_http(&settings.name, keys.source())
        } else {
            Issuer::new(&settings.name, keys.source())
        };
        let mut issuer = self.refused(key("issuer.name"), issuer)?;
        let named = self.algorithms(key("issuer.algorithms"), &settings.algorithms)?;
        if !named.is_empty() {
            issuer = self.refused(key("issuer.algorithms"), issuer.algorithms(named))?;
        }
        if settings.accept_untyped_tokens && settings.dialect.is_some() {
            let reason = "expected either `issuer.dialect` or `issuer.accept_untyped_tokens`, which takes its place";
            return Err(self.refuse(key("issuer.dialect"), SettingReason::Conflict(reason)));
        }
        if let Some(name) = &settings.dialect {
            let dialect = Dialect::from_name(name).ok_or_else(|| {
                let (came, expected) = (shown(name), Dialect::NAMES.join(", "));
                self.refuse(
                    key("issuer.dialect"),
                    SettingReason::Choice { came, expected },
                )
            })?;
            issuer = issuer.dialect(dialect);
        }
        Ok(if settings.accept_untyped_tokens {
            issuer.accept_untyped_tokens()
        } else {
            issuer
        })
    }

    pub(super) fn algorithms(
        &self,
        key: Key,
        names: &[String],
    ) -> Result<Vec<Algorithm>, SettingError> {
        let named = names.iter().enumerate().map(|(number, name)| {
            Algorithm::from_name(name).ok_or_else(|| {
                let (came, expected) =
                    (shown(name), Algorithm::ALL.map(Algorithm::name).join(", "));
                let key = key.element(Some(number));
                self.refuse(key, SettingReason::Choice { came, expected })
            })
        });
        named.collect()
    }

    pub(super) fn missing_issuer(&self, number: usize) -> SettingError {
        let expected = "the issuer identifier of the authorization server, as `iss` of its tokens has it, such as https://as.example.com";
        let key = Key::of_issuer(number, "issuer.name");
        self.refuse(key, SettingReason::Missing(expected))
    }

    fn missing_audience(&self) -> SettingError {
        let expected = "a name of this API in `aud`";
        self.refuse(
            Key::new("tokens.audiences"),
            SettingReason::Missing(expected),
        )
    }

    fn missing_keys(&self, number: usize) -> SettingError {
        let expected = "keys for each issuer";
        let key = Key::of_issuer(number, "issuer.jwks");
        self.refuse(key, SettingReason::Missing(expected))
    }
}

/// An audience is compared as a string, an origin is not: scheme and host in lower case, no default port, no final slash.
fn normal_form(origin: &str) -> String {
    let url = Url::parse(origin).ok();
    url.map_or_else(
        || origin.to_owned(),
        |url| url.origin().ascii_serialization(),
    )
}

/// What is logged at a start.
const AUDIENCE: &str = "a name of this API in `aud`, and no key, token or password";
