//! Issuer identifiers that differ in one part, the tenant, with a strict grammar for that part.

use std::fmt;
use std::sync::Arc;

use super::resolver::IssuerResolver;
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
use crate::token::jwt::issuer::Issuer;
use crate::unavailable::Unavailable;
use crate::uri::{PlainHttp, check_issuer};
use crate::url_error::UrlError;

/// Issuer identifiers with one variable part, `{tenant}`: a whole segment of the path, or the first label of the host.
///
/// In the path, a tenant is 1 to 128 of `A-Z a-z 0-9 - _`; in the host, 1 to 63 of `a-z 0-9 -`, without `-` at either
/// end, before at least two more labels. Everything else is compared byte for byte. A tenant therefore has no `/`, `.`,
/// `%`, `@` or `:`, and changes neither the rest of the path nor the domain.
///
/// A pattern accepts every name of its form, also of tenants that do not exist: whoever can create a tenant at that
/// provider can issue tokens that match it.
///
/// ```
/// use sender_constraint::token::IssuerPattern;
///
/// # fn example() -> Result<(), sender_constraint::ConfigError> {
/// let pattern = IssuerPattern::new("https://login.example.com/{tenant}/v2.0")?;
/// assert_eq!(pattern.tenant("https://login.example.com/acme/v2.0"), Some("acme"));
/// assert_eq!(pattern.tenant("https://login.example.com/a/b/v2.0"), None);
/// assert_eq!(pattern.tenant("https://login.example.com/../v2.0"), None);
/// # Ok(())
/// # }
/// # example().unwrap();
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IssuerPattern {
    before: String,
    after: String,
    place: Place,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Host,
    Path,
}

impl IssuerPattern {
    /// Reads a pattern such as `https://login.example.com/{tenant}` or `https://{tenant}.example.com/`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::IssuerPattern`] unless `{tenant}` occurs once, in one of the two places, and
    /// [`ConfigError::Issuer`] unless the rest is that of an issuer identifier; [`ConfigError::PlainHttpPattern`] for
    /// `http` beyond loopback.
    pub fn new(pattern: &str) -> Result<Self, ConfigError> {
        Self::of(pattern, PlainHttp::Refused).map_err(|error| match error {
            ConfigError::Issuer {
                reason: UrlError::PlainHttp,
                ..
            } => ConfigError::PlainHttpPattern(pattern.to_owned()),
            other => other,
        })
    }

    /// Like [`IssuerPattern::new`], for authorization servers in a private network whose identifiers are `http` URLs.
    /// Each issuer needs [`Issuer::over_insecure_http`] too.
    ///
    /// # Errors
    ///
    /// [`ConfigError::IssuerPattern`] and [`ConfigError::Issuer`] as for [`IssuerPattern::new`]; `ConfigError::Issuer`
    /// for `http` to the IP address of a public host.
    pub fn over_insecure_http(pattern: &str) -> Result<Self, ConfigError> {
        Self::of(pattern, PlainHttp::Allowed)
    }

    fn of(pattern: &str, plain_http: PlainHttp) -> Result<Self, ConfigError> {
        let unusable = || ConfigError::IssuerPattern(pattern.to_owned());
        let (before, after) = pattern.split_once(VARIABLE).ok_or_else(unusable)?;
        let place = Place::of(before, after).ok_or_else(unusable)?;
        check_issuer(&format!("{before}tenant{after}"), plain_http)?;
        Ok(Self {
            before: before.to_owned(),
            after: after.to_owned(),
            place,
        })
    }

    /// The tenant that an issuer identifier names; `None` if it does not match.
    #[must_use]
    pub fn tenant<'a>(&self, issuer: &'a str) -> Option<&'a str> {
        let rest = issuer.strip_prefix(&self.before)?;
        let tenant = rest.strip_suffix(&self.after)?;
        self.place.accepts(tenant).then_some(tenant)
    }
}

impl Place {
    fn of(before: &str, after: &str) -> Option<Self> {
        let is_fixed = |text: &str| !text.contains(['{', '}']);
        if !is_fixed(before) || !is_fixed(after) {
            return None;
        }
        let (_, authority) = before.split_once("://")?;
        if authority.is_empty() {
            let domain = after.strip_prefix('.')?;
            let host = domain.split(['/', ':']).next().unwrap_or_default();
            // Not all of `{tenant}.com`.
            return host
                .trim_end_matches('.')
                .contains('.')
                .then_some(Self::Host);
        }
        let is_segment = authority.ends_with('/') && (after.is_empty() || after.starts_with('/'));
        is_segment.then_some(Self::Path)
    }

    fn accepts(self, tenant: &str) -> bool {
        let all = |is_allowed: fn(u8) -> bool| tenant.bytes().all(is_allowed);
        match self {
            Self::Host => {
                (1..=MAX_LABEL_BYTES).contains(&tenant.len())
                    && !tenant.starts_with('-')
                    && !tenant.ends_with('-')
                    && all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            }
            Self::Path => {
                (1..=MAX_SEGMENT_BYTES).contains(&tenant.len())
                    && all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            }
        }
    }
}

type Configure = dyn Fn(&str, &str) -> Result<Option<Issuer>, ConfigError> + Send + Sync;

/// The issuers that match a pattern.
pub(super) struct Matching {
    pattern: IssuerPattern,
    configure: Arc<Configure>,
}

impl Matching {
    pub(super) fn new(
        pattern: IssuerPattern,
        configure: impl Fn(&str, &str) -> Result<Option<Issuer>, ConfigError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            pattern,
            configure: Arc::new(configure),
        }
    }

    fn configured(
        &self,
        issuer: &str,
        current: Option<&Issuer>,
    ) -> Result<Option<Issuer>, Unavailable> {
        let Some(tenant) = self.pattern.tenant(issuer) else {
            return Ok(None);
        };
        let configured = (self.configure)(tenant, issuer)
            .map_err(|error| Unavailable::issuer_resolver(error.to_string()))?;
        // The keys in use outlive the decision.
        Ok(configured.map(|new| current.cloned().unwrap_or(new)))
    }
}

impl IssuerResolver for Matching {
    fn resolve<'a>(
        &'a self,
        issuer: &'a str,
        current: Option<&'a Issuer>,
    ) -> MaybeReady<'a, Result<Option<Issuer>, Unavailable>> {
        MaybeReady::ready(self.configured(issuer, current))
    }
}

impl fmt::Debug for Matching {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.pattern, formatter)
    }
}

const VARIABLE: &str = "{tenant}";
/// RFC 1035 section 2.3.4.
const MAX_LABEL_BYTES: usize = 63;
const MAX_SEGMENT_BYTES: usize = 128;
