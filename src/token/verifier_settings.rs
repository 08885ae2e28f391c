//! The settings of a verifier that a profile has rules for (FAPI 2.0 sections 5.3.4 and 5.4.1).

use std::time::Duration;

use crate::jose::Algorithm;

/// The settings that a [`TokenVerifier`](super::TokenVerifier) reports to a profile such as
/// [`Guard::fapi2`](crate::Guard::fapi2). A setting that is not reported is not checked.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::token::VerifierSettings;
///
/// /// Of a verifier that looks each token up in the database of its issuer.
/// fn settings() -> VerifierSettings {
///     VerifierSettings::default().sees_revocation().leeway(Duration::from_secs(10))
/// }
/// # drop(settings);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct VerifierSettings {
    sees_revocation: bool,
    insecure_http: bool,
    leeways: Vec<Duration>,
    algorithms: Vec<Algorithm>,
}

impl VerifierSettings {
    /// A token that its issuer has revoked is refused, at once or when a cached result expires.
    pub const fn sees_revocation(mut self) -> Self {
        self.sees_revocation = true;
        self
    }

    /// Something is fetched over plain `http` beyond loopback.
    pub const fn insecure_http(mut self) -> Self {
        self.insecure_http = true;
        self
    }

    /// How far clocks may differ for `exp` and `nbf` of tokens.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeways.push(leeway);
        self
    }

    /// The signature algorithms that the configuration names. Do not report a default list: the profile checks the
    /// algorithm of each token instead.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms.extend(algorithms);
        self
    }

    /// The settings of a verifier that has two, each for some of the tokens.
    pub fn and(mut self, other: Self) -> Self {
        self.sees_revocation &= other.sees_revocation;
        self.insecure_http |= other.insecure_http;
        self.leeways.extend(other.leeways);
        self.algorithms.extend(other.algorithms);
        self
    }

    pub(crate) const fn has_revocation_status(&self) -> bool {
        self.sees_revocation
    }

    pub(crate) const fn uses_insecure_http(&self) -> bool {
        self.insecure_http
    }

    pub(crate) fn leeways(&self) -> &[Duration] {
        &self.leeways
    }

    pub(crate) fn named_algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }
}
