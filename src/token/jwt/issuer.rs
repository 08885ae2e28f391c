//! An authorization server whose tokens are accepted, with its own keys and rules (RFC 8725 section 3.8).

use std::sync::Arc;

use crate::config_error::ConfigError;
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::token::audience::checked_audience;
use crate::token::dialect::Dialect;
use crate::token::verifier_settings::VerifierSettings;
use crate::uri::{PlainHttp, check_issuer, is_plain_beyond_loopback};

/// An issuer: its identifier, its keys, and the rules for its tokens.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::jose::Algorithm;
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::token::{Dialect, Issuer, JwtVerifier};
///
/// fn tokens(keys: StaticKeys) -> Result<JwtVerifier, ConfigError> {
///     let issuer = Issuer::new("https://as.example.com/realms/main", keys)?
///         .dialect(Dialect::keycloak())
///         .algorithms([Algorithm::Es256])?;
///     JwtVerifier::for_issuer(issuer, "https://api.example.com")
/// }
/// # drop(tokens);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Issuer {
    pub(super) name: String,
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) algorithms: AlgorithmList,
    pub(super) dialect: Dialect,
    /// Those of the verifier, if empty.
    pub(super) audiences: Vec<String>,
}

impl Issuer {
    /// An issuer with identifier `name`, which is compared byte for byte with `iss`, and with keys from `keys`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Issuer`] unless the name is an `https` URL without query and fragment (RFC 8414 section 2), or an
    /// `http` URL on loopback; [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
    pub fn new(name: &str, keys: impl KeySource) -> Result<Self, ConfigError> {
        check_issuer(name, PlainHttp::Refused)?;
        Self::of(name, keys)
    }

    /// Like [`Issuer::new`], for an authorization server in a private network whose identifier is an `http` URL: in a
    /// compose file, or in a mesh that adds TLS outside of this process.
    ///
    /// Writes a `warn` event if the identifier is plain `http` beyond loopback. This allows the name only; keys are
    /// fetched over plain `http` with `RemoteKeysBuilder::allow_insecure_http`. Whoever can change what is fetched over
    /// `http` can issue tokens.
    ///
    /// # Errors
    ///
    /// As for [`Issuer::new`], and [`ConfigError::Issuer`] for `http` to the IP address of a public host.
    pub fn over_insecure_http(name: &str, keys: impl KeySource) -> Result<Self, ConfigError> {
        check_issuer(name, PlainHttp::Allowed)?;
        if is_plain_beyond_loopback(name) {
            tracing::warn!(
                issuer = name,
                "tokens of an issuer over plain http are accepted (`Issuer::over_insecure_http`)"
            );
        }
        Self::of(name, keys)
    }

    fn of(name: &str, keys: impl KeySource) -> Result<Self, ConfigError> {
        Ok(Self {
            name: name.to_owned(),
            keys: Arc::new(keys),
            algorithms: AlgorithmList::new("token", Algorithm::TOKEN_DEFAULT)?,
            dialect: Dialect::rfc9068(),
            audiences: Vec::new(),
        })
    }

    /// Accepts tokens of these algorithms instead of [`Algorithm::TOKEN_DEFAULT`] (ES256, ES384, EdDSA, Ed25519, PS256,
    /// RS256).
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for an empty list or an algorithm that this build cannot verify.
    pub fn algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        self.algorithms = AlgorithmList::new("token", algorithms)?;
        Ok(self)
    }

    /// Accepts tokens of this issuer for this audience only, instead of those of the
    /// [`JwtVerifier`](super::JwtVerifier). Call it again to accept another one as well.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] if it is empty, begins or ends with a space, or is a list.
    pub fn audience(mut self, audience: &str) -> Result<Self, ConfigError> {
        self.audiences.push(checked_audience(audience)?);
        Ok(self)
    }

    /// Whether [`Issuer::audience`] was called.
    pub(crate) const fn has_audiences(&self) -> bool {
        !self.audiences.is_empty()
    }

    /// The identifier of the issuer.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds what a profile has rules for.
    pub(super) fn add_to(&self, settings: VerifierSettings) -> VerifierSettings {
        let is_named = !self.algorithms.is(&Algorithm::TOKEN_DEFAULT);
        let named = self.algorithms.iter().filter(|_| is_named);
        let settings = settings.algorithms(named);
        if is_plain_beyond_loopback(&self.name) || self.keys.uses_insecure_http() {
            settings.insecure_http()
        } else {
            settings
        }
    }

    /// Reads tokens by this dialect instead of [`Dialect::rfc9068`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Accepts tokens whose `typ` is `JWT` or absent, as many authorization servers issue them.
    ///
    /// Such a token must still have issuer, audience and expiry, and `client_id` or `scope`; it is refused if it has a
    /// claim of an ID token or another kind of JWT. This is a heuristic where RFC 9068 has a rule: an issuer that
    /// issues other JWTs for the same audience should set `typ`. Scope and client are read as RFC 9068 has them. A
    /// [`Dialect`] of the issuer's product is the better choice; this replaces it.
    pub fn accept_untyped_tokens(mut self) -> Self {
        self.dialect = Dialect::untyped();
        self
    }
}
