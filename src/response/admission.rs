//! An accepted request, and the changes to its response: certificate headers are removed and caching is prevented.

use std::ops::Deref;

use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};

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
}

impl Admission {
    pub(crate) const fn new(access: Access, mtls: Option<Mtls>) -> Self {
        Self { access, mtls }
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

    /// Finishes the response headers: removes certificate headers, and prevents caching where the response depends on a
    /// forwarded certificate (RFC 9440 section 2.4). The layer calls this itself.
    pub fn finish(self, response: &mut HeaderMap) {
        let forwarded = Mtls::headers_of(self.mtls.as_ref());
        remove_certificates(response, forwarded);
        if self.access.sender().x5t_s256().is_some() && !forwarded.is_empty() {
            prevent_caching(response);
        }
    }
}

impl Deref for Admission {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.access
    }
}

/// `Vary` alone is not enough: the client's request does not contain the header that it would name.
fn prevent_caching(response: &mut HeaderMap) {
    let forbids = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        let mut directives = text.split(',').map(str::trim);
        directives.any(|directive| {
            directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("private")
        })
    };
    if !response.get_all(CACHE_CONTROL).iter().any(forbids) {
        response.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
