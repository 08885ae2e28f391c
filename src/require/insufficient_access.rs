//! A request that a handler refuses: the same response as that of the layer.

use http::Response;

use crate::access::Access;
use crate::rejection::Rejection;

/// Why an [`Access`] does not meet a [`Require`](super::Require), and the response to the client.
///
/// With axum it is a response itself. With hyper, return [`InsufficientAccess::response`]. With tonic, a method returns
/// a status whose metadata has the challenge:
///
/// ```
/// use sender_constraint::require::InsufficientAccess;
/// use tonic::{Code, Status, metadata::MetadataMap};
///
/// fn status(error: InsufficientAccess) -> Status {
///     let rejection = error.rejection();
///     let (code, text) = (Code::from_i32(rejection.grpc_status()), rejection.error_description());
///     let challenge = error.response::<()>().into_parts().0.headers;
///     Status::with_metadata(code, text.unwrap_or_default(), MetadataMap::from_headers(challenge))
/// }
/// # drop(status);
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", .0.rejection)]
#[must_use = "answer the request with it"]
pub struct InsufficientAccess(Box<Refused>);

#[derive(Clone, Debug)]
struct Refused {
    rejection: Rejection,
    access: Access,
}

impl InsufficientAccess {
    pub(crate) fn new(rejection: Rejection, access: &Access) -> Self {
        let access = access.clone();
        Self(Box::new(Refused { rejection, access }))
    }

    /// The reason. `Display` is for the operator, not for the client.
    #[must_use]
    pub fn rejection(&self) -> &Rejection {
        &self.0.rejection
    }

    /// Builds the response: status, challenge of the scheme that was used, `Cache-Control`, and an empty body. The
    /// [`Rejection`] is in its extensions.
    ///
    /// The body is empty whatever [`GuardLayer::error_body`](crate::GuardLayer::error_body) says.
    #[must_use]
    pub fn response<B: Default>(&self) -> Response<B> {
        let Refused { rejection, access } = &*self.0;
        let form = access.response_form();
        let response = access.guard().error_response(rejection, form);
        let mut response = response.map(|()| B::default());
        response.extensions_mut().insert(rejection.clone());
        response
    }
}
