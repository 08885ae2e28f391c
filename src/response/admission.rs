//! An accepted request, and the changes to its response: certificate headers are removed, a new nonce is set, and
//! caching is prevented.

use std::ops::Deref;

use http::HeaderMap;

use super::caching::prevent_caching;
use super::interaction::Interaction;
use super::new_nonce::NewNonce;
use crate::access::Access;
use crate::cert::remove_certificates;
use crate::proof::Mtls;

/// A request that [`Guard::check`](crate::Guard::check) accepted: its [`Access`], and the changes that its response
/// needs.
///
/// ```
/// # async fn example(guard: sender_constraint::Guard) -> Result<(), Box<dyn std::error::Error>> {
/// let (mut head, ()) = http::Request::get("/accounts").body(())?.into_parts();
/// let admission = guard.check(&mut head).await?;
/// assert!(admission.has_scope("accounts:read"));
/// let mut response = http::Response::new("the data");
/// admission.finish(response.headers_mut());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "call `finish` on the response"]
pub struct Admission {
    access: Access,
    mtls: Option<Mtls>,
    nonce: NewNonce,
    /// Only by a profile; as a box, it costs the others nothing.
    interaction: Option<Box<Interaction>>,
}

impl Admission {
    pub(crate) const fn new(
        access: Access,
        mtls: Option<Mtls>,
        nonce: NewNonce,
        interaction: Option<Box<Interaction>>,
    ) -> Self {
        Self {
            access,
            mtls,
            nonce,
            interaction,
        }
    }

    /// Who sent the request, with which rights, and which proof was given.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the access alone, for a caller that does not see the response, such as a forward-auth service. The
    /// component that writes the response must then do what [`Admission::finish`] does.
    #[must_use]
    pub fn into_access(self) -> Access {
        self.access
    }

    /// Finishes the response headers: removes certificate headers, prevents caching where the response depends on a
    /// forwarded certificate (RFC 9440 section 2.4), and sets a new `DPoP-Nonce` if the client needs one, as
    /// [`NewNonce::finish`] does. With nonces configured, `DPoP-Nonce` of an inner service is removed: the client would
    /// send it to this server. That of a refusal by a [`Require`](crate::require::Require) remains. By
    /// [`Guard::fapi2`](crate::Guard::fapi2), sets `x-fapi-interaction-id`, and `Date` if there is none. The layer
    /// calls this itself.
    pub fn finish(self, response: &mut HeaderMap) {
        let forwarded = Mtls::headers_of(self.mtls.as_ref());
        remove_certificates(response, forwarded);
        if self.access.sender().x5t_s256().is_some() && !forwarded.is_empty() {
            // `Vary` alone is not enough: the client's request does not contain the header that it would name.
            prevent_caching(response, &["private"]);
        }
        self.nonce.finish(response);
        if let Some(interaction) = self.interaction {
            interaction.finish(response);
        }
    }
}

impl Deref for Admission {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.access
    }
}
