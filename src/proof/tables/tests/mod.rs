//! Tables that are built, cached, evicted and dropped after a disagreement, and real ones in use; the tests of their
//! arithmetic are in `crypto`.

mod agreement;
mod builder;
mod cache;
mod disagreement;
#[cfg(sender_constraint_shuttle)]
#[path = "../../../../tests/interleavings/explore.rs"]
mod explore;
#[cfg(sender_constraint_shuttle)]
mod interleavings;
#[path = "../../../../tests/log/events.rs"]
mod log;
mod scripted;
mod senders;
mod wiring;
