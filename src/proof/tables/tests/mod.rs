//! Tables that are made, kept, dropped and found out, and real ones in their place; their arithmetic is tested in
//! `crypto`.

mod agreement;
mod builder;
mod cache;
mod disagreement;
#[path = "../../../../tests/log/events.rs"]
mod log;
mod scripted;
mod senders;
mod wiring;
