//! What the layers around a route require, collected while a request passes them: for tests.

use std::sync::{Arc, Mutex, PoisonError};

use http::request::Parts;

use crate::require::Require;

/// In the extensions of a request of which the requirements are collected. Only this crate can insert it.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing(Arc<Mutex<Vec<Require>>>);

impl Listing {
    pub(super) fn record(head: &Parts, require: &Require) {
        if let Some(Self(listed)) = head.extensions.get() {
            let mut listed = listed.lock().unwrap_or_else(PoisonError::into_inner);
            listed.push(require.clone());
        }
    }

    /// From the outermost layer to the innermost.
    #[cfg(feature = "axum")]
    pub(super) fn take(&self) -> Vec<Require> {
        let mut listed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *listed)
    }
}
