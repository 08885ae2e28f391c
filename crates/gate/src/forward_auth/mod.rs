//! The forward-auth service: another proxy asks whether a request may pass, and forwards it itself.

mod answer;
mod original;

pub(crate) use answer::{ForwardAuth, judge};
