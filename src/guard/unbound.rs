//! Whether an unbound token is accepted: by a setting, or by the exception of its client.

use std::sync::Arc;

use super::policy::Policy;
use crate::exceptions::Exempted;
use crate::rejection::BindingError;
use crate::time::Timestamp;
use crate::token::AccessToken;

impl Policy {
    /// The exception that accepts the token; `None` if a setting does.
    pub(super) fn accept_unbound(
        &self,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<Option<Arc<Exempted>>, BindingError> {
        if self.options.allow_unbound_tokens {
            return Ok(None);
        }
        let exempted = self.exempted(token, now);
        exempted.map(Some).ok_or(BindingError::UnboundToken)
    }

    fn exempted(&self, token: &AccessToken, now: Timestamp) -> Option<Arc<Exempted>> {
        // An exception never replaces a proof that `cnf` requires.
        if !token.confirmation().is_unbound() {
            return None;
        }
        let claims = token.claims();
        let client_id = claims.client_id()?;
        let mut lists = self.exceptions.iter();
        lists.find_map(|list| list.find(claims.issuer(), client_id, now))
    }
}
