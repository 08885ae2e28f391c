//! The JOSE signature algorithms for proofs and tokens: asymmetric ones only.
//!
//! RFC 7518 section 3.1, RFC 8037 (`EdDSA`), RFC 9864 (`Ed25519`). `none` and HMAC cannot be enabled.

use std::fmt;
use std::str::FromStr;

use crate::config_error::ConfigError;
use crate::crypto::{PreparedKey, SignatureScheme};

/// A JWS `alg` value. Names compare byte for byte (RFC 7515 section 4.1.1).
///
/// ```
/// use sender_constraint::jose::Algorithm;
///
/// assert_eq!(Algorithm::from_name("ES256"), Some(Algorithm::Es256));
/// for refused in ["none", "HS256", "es256"] {
///     assert_eq!(Algorithm::from_name(refused), None);
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// `EdDSA`, pinned to Ed25519 (RFC 8037; deprecated by RFC 9864, but common).
    EdDsa,
    /// `Ed25519`, the fully specified name (RFC 9864).
    Ed25519,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

impl Algorithm {
    /// The algorithms accepted for access tokens by default: ES256, ES384, EdDSA, Ed25519, PS256, RS256.
    pub const TOKEN_DEFAULT: [Self; 6] = [
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
        Self::Ed25519,
        Self::Ps256,
        Self::Rs256,
    ];

    /// The algorithms accepted for proofs by default: ES256, ES384, EdDSA, Ed25519, PS256.
    ///
    /// RS256 is not among them; `Dpop::algorithms` can add it.
    pub const PROOF_DEFAULT: [Self; 5] = [
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
        Self::Ed25519,
        Self::Ps256,
    ];

    /// The algorithms that the FAPI 2.0 Security Profile allows (section 5.4.1), for tokens and for proofs: PS256,
    /// ES256, EdDSA, Ed25519.
    pub const FAPI: [Self; 4] = [Self::Ps256, Self::Es256, Self::EdDsa, Self::Ed25519];

    /// Every algorithm that this crate supports.
    pub const ALL: [Self; 11] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::EdDsa,
        Self::Ed25519,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
    ];

    /// The registered name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// The algorithm with this name; `None` for all other names, including `none` and HMAC.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    pub(crate) const fn scheme(self) -> SignatureScheme {
        match self {
            Self::Es256 => SignatureScheme::EcdsaP256Sha256,
            Self::Es384 => SignatureScheme::EcdsaP384Sha384,
            Self::Es512 => SignatureScheme::EcdsaP521Sha512,
            Self::EdDsa | Self::Ed25519 => SignatureScheme::Ed25519,
            Self::Ps256 => SignatureScheme::RsaPssSha256,
            Self::Ps384 => SignatureScheme::RsaPssSha384,
            Self::Ps512 => SignatureScheme::RsaPssSha512,
            Self::Rs256 => SignatureScheme::RsaPkcs1Sha256,
            Self::Rs384 => SignatureScheme::RsaPkcs1Sha384,
            Self::Rs512 => SignatureScheme::RsaPkcs1Sha512,
        }
    }
}

/// Parses the registered name, as used in command lines and configuration files.
impl FromStr for Algorithm {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::from_name(name).ok_or_else(|| ConfigError::UnknownAlgorithm(name.to_owned()))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The algorithms allowed for one use, in the order in which they are advertised.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AlgorithmList(Vec<Algorithm>);

impl AlgorithmList {
    /// Refuses an empty list, and algorithms that this build cannot verify, at start rather than on the first request.
    pub(crate) fn new(
        purpose: &'static str,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        let mut list = Vec::new();
        for algorithm in algorithms {
            if !PreparedKey::supports(algorithm.scheme()) {
                return Err(ConfigError::UnsupportedAlgorithm(algorithm.name()));
            }
            if !list.contains(&algorithm) {
                list.push(algorithm);
            }
        }
        if list.is_empty() {
            return Err(ConfigError::NoAlgorithm(purpose));
        }
        Ok(Self(list))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Algorithm> {
        self.0.iter().copied()
    }

    /// Whether the list is this one, in this order.
    pub(crate) fn is(&self, algorithms: &[Algorithm]) -> bool {
        self.0 == algorithms
    }

    /// The algorithm with this name, if it is in the list.
    pub(crate) fn allowed(&self, name: &str) -> Option<Algorithm> {
        self.0.iter().copied().find(|known| known.name() == name)
    }
}

/// Writes the names separated by spaces, as in the challenge parameter `algs` (RFC 9449 section 7.1).
impl fmt::Display for AlgorithmList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, algorithm) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" ")?;
            }
            formatter.write_str(algorithm.name())?;
        }
        Ok(())
    }
}
