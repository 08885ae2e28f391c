//! A request that was accepted with or without credentials, and the changes to its response.

use http::header::VARY;
use http::{HeaderMap, HeaderValue};

use super::admission::Admission;
use super::anonymous::Anonymous;
use crate::access::Access;
use crate::cert::remove_certificates;
use crate::proof::Mtls;

/// A request that [`Guard::check_optional`](crate::Guard::check_optional) accepted: with an [`Access`], or without any
/// credentials.
///
/// ```
/// # async fn example(guard: sender_constraint::Guard) -> Result<(), Box<dyn std::error::Error>> {
/// let (mut head, ()) = http::Request::get("/articles").body(())?.into_parts();
/// let admission = guard.check_optional(&mut head).await?;
/// let text = match admission.access() {
///     Some(access) => format!("drafts of {:?}", access.subject()),
///     None => "what is public".to_owned(),
/// };
/// let mut response = http::Response::new(text);
/// admission.finish(response.headers_mut());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "call `finish` on the response"]
pub struct OptionalAdmission {
    sender: Sender,
    /// Whether the same resource is served with and without credentials.
    varies: bool,
}

#[derive(Debug)]
enum Sender {
    Anonymous {
        anonymous: Anonymous,
        mtls: Option<Mtls>,
    },
    Authenticated(Admission),
}

impl OptionalAdmission {
    pub(crate) const fn anonymous(anonymous: Anonymous, mtls: Option<Mtls>) -> Self {
        Self {
            sender: Sender::Anonymous { anonymous, mtls },
            varies: true,
        }
    }

    pub(crate) const fn authenticated(admission: Admission, varies: bool) -> Self {
        Self {
            sender: Sender::Authenticated(admission),
            varies,
        }
    }

    /// Who sent the request; `None` for a request without credentials.
    #[must_use]
    pub const fn access(&self) -> Option<&Access> {
        match &self.sender {
            Sender::Anonymous { .. } => None,
            Sender::Authenticated(admission) => Some(admission.access()),
        }
    }

    /// What a handler that requires credentials answers with; `None` for a request that has an [`Access`].
    #[must_use]
    pub const fn as_anonymous(&self) -> Option<&Anonymous> {
        match &self.sender {
            Sender::Anonymous { anonymous, .. } => Some(anonymous),
            Sender::Authenticated(_) => None,
        }
    }

    /// Finishes the response headers: as [`Admission::finish`], and adds `Vary: Authorization` if the guard accepts
    /// requests without credentials, so that a cache serves no response to a client that it was not made for (RFC 9110
    /// section 12.5.5). The layer calls this itself.
    pub fn finish(self, response: &mut HeaderMap) {
        match self.sender {
            Sender::Anonymous { mtls, .. } => {
                remove_certificates(response, Mtls::headers_of(mtls.as_ref()));
            }
            Sender::Authenticated(admission) => admission.finish(response),
        }
        if self.varies {
            response.append(VARY, HeaderValue::from_static("Authorization"));
        }
    }
}
