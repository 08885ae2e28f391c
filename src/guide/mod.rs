//! Guides.

pub mod capacity;
