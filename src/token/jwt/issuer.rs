//! An authorization server whose tokens are accepted, with its own keys and rules (RFC 8725 section 3.8).

use std::sync::Arc;

use crate::config_error::ConfigError;
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::uri::{PlainHttp, check_issuer, is_plain_beyond_loopback};

/// An issuer: its identifier, its keys, and the rules for its tokens.
#[derive(Clone, Debug)]
#[must_use]
pub struct Issuer {
    pub(super) name: String,
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) algorithms: AlgorithmList,
    pub(super) typed: TypePolicy,
}

/// Whether tokens must declare themselves access tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TypePolicy {
    /// `typ` is `at+jwt`, and the claims are those of RFC 9068.
    Required,
    /// `typ` may be `JWT` or absent; the claims are checked instead.
    Lenient,
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
            typed: TypePolicy::Required,
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

    /// Accepts tokens whose `typ` is `JWT` or absent, as many authorization servers issue them.
    ///
    /// Such a token must still have issuer, audience and expiry, and `client_id` or `scope`; it is refused if it has a
    /// claim of an ID token or another kind of JWT. This is a heuristic where RFC 9068 has a rule: an issuer that
    /// issues other JWTs for the same audience should set `typ`.
    pub fn accept_untyped_tokens(mut self) -> Self {
        self.typed = TypePolicy::Lenient;
        self
    }
}
