//! Scopes that include other scopes (RFC 6749 section 3.3 leaves their meaning to the authorization server).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::config_error::{ConfigError, size_in_range};

/// Which scopes include which others: a token with `accounts:write` may do what requires `accounts:read`.
///
/// By default no scope includes another one: scopes are compared as a whole, with case, and never by prefix. Set it
/// with [`GuardBuilder::scope_hierarchy`](crate::GuardBuilder::scope_hierarchy);
/// [`Access::has_scope`](crate::Access::has_scope) does not use it. Clones share the table.
///
/// ```
/// use sender_constraint::require::ScopeHierarchy;
///
/// # fn main() -> Result<(), sender_constraint::ConfigError> {
/// let scopes = ScopeHierarchy::default()
///     .includes("accounts:write", ["accounts:read"])?
///     .includes("accounts:admin", ["accounts:write"])?;
/// assert!(scopes.grants("accounts:admin", "accounts:read"));
/// assert!(!scopes.grants("accounts:read", "accounts:write"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ScopeHierarchy {
    /// All scopes that a scope includes, directly or through others.
    included: Arc<HashMap<Box<str>, HashSet<Box<str>>>>,
    declared: usize,
}

impl ScopeHierarchy {
    /// Declares that `scope` includes `others`, and what they include.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ScopeCycle`] if `scope` would include itself, [`ConfigError::ChallengeText`] if a scope has
    /// characters that RFC 6749 section 3.3 does not allow, and [`ConfigError::Size`] beyond 256 inclusions.
    pub fn includes<T: AsRef<str>>(
        mut self,
        scope: &str,
        others: impl IntoIterator<Item = T>,
    ) -> Result<Self, ConfigError> {
        check_token("scope", scope)?;
        for other in others {
            let other = other.as_ref();
            check_token("scope", other)?;
            if other == scope || self.grants(other, scope) {
                return Err(ConfigError::ScopeCycle(scope.to_owned()));
            }
            let setting = "the number of `ScopeHierarchy::includes`";
            self.declared = size_in_range(setting, self.declared + 1, 1, MAX_INCLUSIONS)?;
            self.include(scope, other);
        }
        Ok(self)
    }

    /// Whether a token with the scope `granted` may do what requires the scope `required`.
    #[must_use]
    pub fn grants(&self, granted: &str, required: &str) -> bool {
        let is_included = || {
            let included = self.included.get(granted);
            included.is_some_and(|included| included.contains(required))
        };
        granted == required || is_included()
    }

    fn include(&mut self, scope: &str, other: &str) {
        let included = Arc::make_mut(&mut self.included);
        let mut added = included.get(other).cloned().unwrap_or_default();
        added.insert(other.into());
        included.entry(scope.into()).or_default();
        for (each, others) in included.iter_mut() {
            if **each == *scope || others.contains(scope) {
                others.extend(added.iter().cloned());
            }
        }
    }
}

/// Accepts the characters of a scope token (RFC 6749 section 3.3), which stand in a challenge without escapes and are
/// separated by spaces there.
pub(crate) fn check_token(parameter: &'static str, value: &str) -> Result<(), ConfigError> {
    let is_plain = |byte: u8| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
    if (1..=MAX_TOKEN_BYTES).contains(&value.len()) && value.bytes().all(is_plain) {
        return Ok(());
    }
    Err(ConfigError::ChallengeText {
        parameter,
        value: value.to_owned(),
    })
}

const MAX_INCLUSIONS: usize = 256;
const MAX_TOKEN_BYTES: usize = 256;
