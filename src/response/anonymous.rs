//! A request without credentials that the guard accepted, and the challenge for a handler that requires them (RFC 9110
//! section 11.6.1).

use std::sync::Arc;

use http::Response;
use http::request::Parts;

use super::challenge::Challenges;
use super::grpc::response_form;
use crate::credentials::CredentialsError;
use crate::refuse::ResponseForm;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// A request that a guard with
/// [`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests) accepted without credentials.
///
/// The layer inserts it into the extensions, in place of [`Access`](crate::Access). A handler that requires credentials
/// answers with [`Anonymous::error_response`]; with axum, the extractor of `Access` does.
///
/// ```
/// use http::{Request, Response};
/// use sender_constraint::{Access, Anonymous};
///
/// fn delete(request: Request<()>) -> Response<String> {
///     let (head, ()) = request.into_parts();
///     if let Some(anonymous) = head.extensions.get::<Anonymous>() {
///         return anonymous.error_response(&head);
///     }
///     let access = head.extensions.get::<Access>().expect("a guard on this route");
///     Response::new(format!("deleted by {:?}", access.subject()))
/// }
/// # drop(delete);
/// ```
#[derive(Clone, Debug)]
pub struct Anonymous {
    challenges: Arc<Challenges>,
    /// Whose metadata the challenges name.
    resource: usize,
    /// When the request was checked.
    now: Timestamp,
}

impl Anonymous {
    pub(crate) const fn new(challenges: Arc<Challenges>, resource: usize, now: Timestamp) -> Self {
        Self {
            challenges,
            resource,
            now,
        }
    }

    /// Builds the response of a guard that requires credentials: 401 with its challenges and an empty body. The
    /// [`Rejection`], of kind `credentials_missing`, is in its extensions.
    ///
    /// This writes no log event, and the body is empty whatever `GuardLayer::error_body` says.
    #[must_use]
    pub fn error_response<B: Default>(&self, head: &Parts) -> Response<B> {
        let rejection = Rejection::new(None, CredentialsError::Missing);
        let form = ResponseForm {
            resource: self.resource,
            ..response_form(head)
        };
        let mut response = self
            .challenges
            .error_response(&rejection, head, form, self.now);
        response.extensions_mut().insert(rejection);
        response
    }
}
