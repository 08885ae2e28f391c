//! The future that the traits of this crate return: usually ready at once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that needs no allocation if its value is ready.
///
/// ```
/// use sender_constraint::future::MaybeReady;
///
/// # async fn example() {
/// let cached = MaybeReady::ready(1);
/// let fetched = MaybeReady::pending(async { 1 });
/// assert_eq!(cached.await, fetched.await);
/// # }
/// ```
#[must_use = "futures do nothing unless polled"]
pub struct MaybeReady<'a, T>(State<'a, T>);

enum State<'a, T> {
    Ready(Option<T>),
    Pending(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> MaybeReady<'a, T> {
    /// Completes at once with `value`.
    pub fn ready(value: T) -> Self {
        Self(State::Ready(Some(value)))
    }

    /// Whether the value is already available.
    pub(crate) const fn is_ready(&self) -> bool {
        matches!(self.0, State::Ready(_))
    }

    /// The value, if it is already available. Otherwise the future is dropped.
    pub(crate) fn into_ready(self) -> Option<T> {
        match self.0 {
            State::Ready(value) => value,
            State::Pending(_) => None,
        }
    }

    /// Completes when `future` does.
    pub fn pending(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self(State::Pending(Box::pin(future)))
    }
}

impl<T: Unpin> Future for MaybeReady<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            // Polled after completion: a bug in the caller, but no reason to panic.
            State::Ready(value) => value.take().map_or(Poll::Pending, Poll::Ready),
            State::Pending(future) => future.as_mut().poll(context),
        }
    }
}

impl<T> fmt::Debug for MaybeReady<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            State::Ready(_) => "MaybeReady::ready",
            State::Pending(_) => "MaybeReady::pending",
        })
    }
}
