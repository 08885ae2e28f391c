//! The entries of a file that are in effect.

use std::mem;
use std::sync::PoisonError;

use crate::sync::RwLock;

/// The entries of the last valid text.
#[derive(Default)]
pub(crate) struct InEffect<T>(RwLock<T>);

impl<T> InEffect<T> {
    pub(crate) fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the entries by those that `successor` makes of them.
    pub(crate) fn replace(&self, successor: impl FnOnce(&T) -> T) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let next = successor(&held);
        let before = mem::replace(&mut *held, next);
        drop(held);
        // Not under the lock: there may be a million entries.
        drop(before);
    }
}
