//! The forward-auth service: another proxy sends an authorization request for each request, and forwards what is accepted.

mod answer;
mod original;

pub(crate) use answer::{ForwardAuth, judge};
