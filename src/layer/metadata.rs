//! Serves the metadata of the protected resource (RFC 9728 section 3) outside of the guard.

use std::fmt;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::{Layer, Service};

use super::answered::AnsweredFuture;
use crate::guard::Guard;
use crate::response::metadata_response;

/// Answers requests for the metadata of the protected resource, and passes all other requests on. Made by
/// [`Guard::metadata_layer`].
#[derive(Clone, Debug)]
pub struct MetadataLayer(Guard);

impl Guard {
    /// A layer that serves the document of
    /// [`GuardBuilder::protected_resource`](crate::GuardBuilder::protected_resource), for scripts of any origin and
    /// with `Cache-Control: max-age=3600`; `None` without a protected resource or a part of one. Put it outside of the
    /// guard: clients have no token yet.
    ///
    /// It answers at the path that RFC 9728 section 3.1 forms (`/.well-known/oauth-protected-resource/mcp` for the
    /// resource `https://api.example.com/mcp`), and at `/.well-known/oauth-protected-resource`, where some clients look
    /// besides. Of several such layers, the outermost one answers there. The parts of
    /// [`GuardBuilder::also_protected_resource`](crate::GuardBuilder::also_protected_resource) have their own paths; at
    /// `/.well-known/oauth-protected-resource`, an origin that has only parts serves the document of its first part.
    ///
    /// # Deployment
    ///
    /// A proxy in front must route both paths to this server, and must not remove a prefix from them.
    ///
    /// The body of responses must be made of text (`From<String>`). With tonic, whose body is not, add the layers to
    /// `Routes::into_axum_router`; clients fetch the document with HTTP/1.1 or HTTP/2.
    #[must_use]
    pub fn metadata_layer(&self) -> Option<MetadataLayer> {
        self.has_metadata().then(|| MetadataLayer(self.clone()))
    }
}

impl<S> Layer<S> for MetadataLayer {
    type Service = WithMetadata<S>;

    fn layer(&self, inner: S) -> WithMetadata<S> {
        WithMetadata {
            guard: self.0.clone(),
            inner,
        }
    }
}

/// An inner service, beside the metadata of its resource.
#[derive(Clone)]
pub struct WithMetadata<S> {
    guard: Guard,
    inner: S,
}

impl<S> fmt::Debug for WithMetadata<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WithMetadata")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for WithMetadata<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default + From<String>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = AnsweredFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        if let Some(document) = self.guard.find_document(&head) {
            return AnsweredFuture::answered(metadata_response(&head.method, document));
        }
        AnsweredFuture::serving(self.inner.call(Request::from_parts(head, body)))
    }
}
