//! Signature algorithms of every backend.

mod algorithms;
