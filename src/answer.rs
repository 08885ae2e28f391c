//! What a trait of this crate returns when the answer may have to wait for the network, but mostly is there at once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future that costs no allocation when the answer is already known.
#[must_use = "an answer says nothing until it is awaited"]
pub struct Answer<'a, T>(State<'a, T>);

enum State<'a, T> {
    Known(Option<T>),
    Awaited(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> Answer<'a, T> {
    /// The answer is `value`.
    pub fn known(value: T) -> Self {
        Self(State::Known(Some(value)))
    }

    /// Whether it is there already.
    pub(crate) const fn is_known(&self) -> bool {
        matches!(self.0, State::Known(_))
    }

    /// The value, if it is there already. Otherwise the future is dropped.
    pub(crate) fn into_known(self) -> Option<T> {
        match self.0 {
            State::Known(value) => value,
            State::Awaited(_) => None,
        }
    }

    /// The answer comes from `future`.
    pub fn awaited(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self(State::Awaited(Box::pin(future)))
    }
}

impl<T: Unpin> Future for Answer<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            // Polled again after it was ready: a bug of the caller, but no reason to panic.
            State::Known(value) => value.take().map_or(Poll::Pending, Poll::Ready),
            State::Awaited(future) => future.as_mut().poll(context),
        }
    }
}

impl<T> fmt::Debug for Answer<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0 {
            State::Known(_) => "Answer::known",
            State::Awaited(_) => "Answer::awaited",
        })
    }
}
