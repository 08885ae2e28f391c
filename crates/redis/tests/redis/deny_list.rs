//! The shared deny-list.
