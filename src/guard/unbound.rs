//! Whether an unbound token is accepted: by a setting, or by the exception of its client.

use std::sync::Arc;

use super::policy::Policy;
use crate::access::UnboundBy;
use crate::binding_error::BindingError;
use crate::exceptions::Exempted;
use crate::time::Timestamp;
use crate::token::AccessToken;

impl Policy {
    /// What accepts the token. An exception is not reported: its token would be accepted without the setting too.
    pub(super) fn accept_unbound(
        &self,
        token: &AccessToken,
        now: Timestamp,
    ) -> Result<UnboundBy, BindingError> {
        let reports = self.options.report_unbound_tokens;
        if self.options.allow_unbound_tokens && !reports {
            return Ok(UnboundBy::Setting);
        }
        match self.exempted(token, now) {
            Some(exempted) => Ok(UnboundBy::Exception(exempted)),
            None if reports => Ok(UnboundBy::Reported),
            None => Err(BindingError::UnboundToken),
        }
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
