//! Tokens whose issuer must be resolved first: the work for issuers that anyone can name is limited, and ends whether
//! or not the client waits for it.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::known_issuer::KnownIssuer;
use super::tenants::TenantIssuers;
use super::verifier::JwtVerifier;
use crate::time::Timestamp;
use crate::token::access_token::AccessToken;
use crate::token::error::TokenError;
use crate::token::verifier::PresentedToken;
use crate::unavailable::Unavailable;

impl JwtVerifier {
    pub(super) async fn verify_resolving(
        &self,
        tenants: &TenantIssuers,
        token: PresentedToken<'_>,
        name: &str,
        now: Timestamp,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let is_proven = tenants.is_proven(name);
        let place = tenants.enter(is_proven).await?;
        if is_proven {
            let tenant = tenants.resolve(name, now).await?;
            drop(place);
            let tenant = tenant.ok_or_else(|| self.unknown_issuer(name))?;
            return self
                .verify_with(token, &KnownIssuer::Tenant(tenant), now, None)
                .await;
        }
        let runtime = Handle::try_current().map_err(|_| {
            Unavailable::issuer_resolver("there is no Tokio runtime to resolve issuers")
        })?;
        let (verifier, tenants) = (self.clone(), tenants.clone());
        let (text, name) = (token.expose_secret().to_owned(), name.to_owned());
        // A fetch of keys outlives the client that caused it, so its place must too.
        let verified = runtime.spawn(async move {
            let _place = place;
            let tenant = tenants.resolve(&name, now).await?;
            let tenant = tenant.ok_or_else(|| verifier.unknown_issuer(&name))?;
            let token = PresentedToken::new(&text);
            verifier
                .verify_with(token, &KnownIssuer::Tenant(tenant), now, None)
                .await
        });
        verified.await.unwrap_or_else(|_| {
            let reason = "the resolution ended without a result";
            Err(Unavailable::issuer_resolver(reason).into())
        })
    }
}
