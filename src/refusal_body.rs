//! The body of refusals: empty, or created by the application.

use std::fmt;

use http::HeaderValue;

use crate::rejection::Rejection;

/// The body of refusals: a type parameter, because its type must be that of the inner service.
pub trait RefusalBody<B> {
    /// Returns the body, and its `Content-Type`.
    fn body(&self, rejection: &Rejection) -> (B, Option<HeaderValue>);
}

/// Refusals have no body.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct EmptyBody;

impl<B: Default> RefusalBody<B> for EmptyBody {
    fn body(&self, _rejection: &Rejection) -> (B, Option<HeaderValue>) {
        (B::default(), None)
    }
}

/// Refusals have the body that the application's closure returns.
#[derive(Clone)]
pub struct ShapedBody<F> {
    content_type: HeaderValue,
    shape: F,
}

impl<F> ShapedBody<F> {
    pub(crate) const fn new(content_type: HeaderValue, shape: F) -> Self {
        Self {
            content_type,
            shape,
        }
    }
}

impl<B, F: Fn(&Rejection) -> B> RefusalBody<B> for ShapedBody<F> {
    fn body(&self, rejection: &Rejection) -> (B, Option<HeaderValue>) {
        ((self.shape)(rejection), Some(self.content_type.clone()))
    }
}

impl<F> fmt::Debug for ShapedBody<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ShapedBody")
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}
