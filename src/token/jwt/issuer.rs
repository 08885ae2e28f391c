//! An authorization server whose tokens are accepted, with its own keys and rules (RFC 8725 section 3.8).

use std::sync::Arc;

use crate::config_error::ConfigError;
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::uri::check_issuer;

/// One issuer: its name, its keys, and what its tokens may look like.
#[derive(Clone, Debug)]
#[must_use]
pub struct Issuer {
    pub(super) name: String,
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) algorithms: AlgorithmList,
    pub(super) typed: TypePolicy,
}

/// Whether a token says that it is an access token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TypePolicy {
    /// `typ` is `at+jwt`, and the claims are those of RFC 9068.
    Required,
    /// `typ` may be `JWT` or absent; the claims are judged instead.
    Lenient,
}

impl Issuer {
    /// The issuer `name`, compared byte for byte with `iss`, and where its keys come from.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Issuer`] unless the name is an `https` URL without query and fragment (RFC 8414
    /// section 2), or an `http` one on loopback; [`ConfigError::UnsupportedAlgorithm`] in a build
    /// without a crypto backend.
    pub fn new(name: &str, keys: impl KeySource) -> Result<Self, ConfigError> {
        check_issuer(name)?;
        Ok(Self {
            name: name.to_owned(),
            keys: Arc::new(keys),
            algorithms: AlgorithmList::new("token", Algorithm::TOKEN_DEFAULT)?,
            typed: TypePolicy::Required,
        })
    }

    /// Accepts tokens of these algorithms instead of [`Algorithm::TOKEN_DEFAULT`].
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

    /// Accepts tokens whose `typ` is `JWT` or absent, as many servers issue them.
    ///
    /// Such a token must still name issuer, audience and expiry, and `client_id` or `scope`; it is
    /// refused when it has a claim of an ID token or another kind of JWT. That is a guess where RFC 9068
    /// has a rule: an issuer that mints other JWTs for the same audience should be made to set `typ`.
    pub fn accept_untyped_tokens(mut self) -> Self {
        self.typed = TypePolicy::Lenient;
        self
    }
}
