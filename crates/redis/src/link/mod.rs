//! A connection that is checked, and replaced in the background when it is lost.

mod calls;
mod event_limit;
mod report;
mod state;
mod supervisor;

pub(crate) use calls::{Limits, Link};
