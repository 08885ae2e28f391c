//! The settings of a guard, as a file or the environment has them.

use serde::Deserialize;

use super::issuer_config::{IssuerConfig, TokensConfig};
use super::names::Names;
use super::peer_config::{ForwardedConfig, MtlsConfig};
use super::policy_config::PolicyConfig;
use super::proof_config::{DpopConfig, NonceConfig, ReplayConfig};

/// The settings of a [`Guard`](crate::Guard): which issuers, audiences and proofs it accepts.
///
/// Read it with serde from any format, as a field of the configuration of your service, or from environment variables
/// ([`GuardConfig::from_env`]). An unknown key is an error (with `#[serde(flatten)]`, serde does not detect them). Without
/// further settings, tokens must be bound to their sender by DPoP; each setting that loosens a check says so in its name.
///
/// ```
/// use sender_constraint::config::{GuardConfig, SettingError};
/// use sender_constraint::Guard;
///
/// async fn guard(json: &str) -> Result<Guard, Box<dyn std::error::Error>> {
///     let config: GuardConfig = serde_json::from_str(json)?;
///     Ok(config.build().await?)
/// }
/// # drop(guard);
///
/// let config: GuardConfig = serde_json::from_str(
///     r#"{
///         "origin": "https://api.example.com",
///         "issuer": [{ "name": "https://as.example.com/realms/main", "dialect": "keycloak" }],
///         "tokens": { "audiences": ["accounts"] },
///         "dpop": { "max_age_seconds": 30 }
///     }"#,
/// )?;
/// assert_eq!(config.tokens.audiences, ["accounts"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct GuardConfig {
    /// The authorization servers, at least one.
    #[serde(rename = "issuer")]
    pub issuers: Vec<IssuerConfig>,
    /// Scheme, host and port that clients use ([`Dpop::new`](crate::proof::Dpop::new)).
    pub origin: Option<String>,
    /// Instead of [`GuardConfig::origin`], several, of which the host of a request selects one
    /// ([`Dpop::also_origin`](crate::proof::Dpop::also_origin)).
    pub origins: Vec<String>,
    /// The path that a gateway in front removes ([`Dpop::path_prefix`](crate::proof::Dpop::path_prefix)).
    pub path_prefix: Option<String>,
    /// Accepts origins over plain `http`: others on the path of a request can read tokens and proofs
    /// ([`Dpop::over_insecure_http`](crate::proof::Dpop::over_insecure_http)). Refused where every origin is `https`.
    pub insecure_http_origin: bool,
    /// Access tokens.
    pub tokens: TokensConfig,
    /// DPoP proofs (RFC 9449).
    pub dpop: DpopConfig,
    /// DPoP nonces (RFC 9449 section 9).
    pub nonce: NonceConfig,
    /// The memory of used proofs.
    pub replay: ReplayConfig,
    /// Proxies that state the host that the client addressed.
    pub forwarded: Option<ForwardedConfig>,
    /// Client certificates (RFC 8705); without them, tokens that are bound to a certificate are refused.
    pub mtls: Option<MtlsConfig>,
    /// Which further requests the guard accepts or refuses.
    pub policy: PolicyConfig,
    /// How errors name settings.
    #[serde(skip)]
    pub(super) names: Names,
}

impl GuardConfig {
    /// The simplest case: tokens of `issuer` for the audience `origin`, with a DPoP proof for each request to `origin`.
    ///
    /// ```
    /// use sender_constraint::config::GuardConfig;
    ///
    /// let mut config = GuardConfig::new("https://as.example.com", "https://api.example.com");
    /// config.policy.refuse_query_tokens = true;
    /// ```
    #[must_use]
    pub fn new(issuer: &str, origin: &str) -> Self {
        Self {
            issuers: vec![IssuerConfig::new(issuer)],
            origin: Some(origin.to_owned()),
            ..Self::default()
        }
    }

    /// The configured origins, with the key of each and its number in a list.
    pub(super) fn all_origins(&self) -> impl Iterator<Item = (&'static str, Option<usize>, &str)> {
        let single = self.origin.iter().map(|it| ("origin", None, it.as_str()));
        let several = self.origins.iter().enumerate();
        single.chain(several.map(|(number, it)| ("origins", Some(number), it.as_str())))
    }
}
