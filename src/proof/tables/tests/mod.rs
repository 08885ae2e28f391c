//! Tables that are made, kept, dropped and found out; the honest ones are tested in `crypto`.

mod honest;
mod liars;
#[path = "../../../../tests/secrets/log.rs"]
mod log;
mod orders;
mod senders;
mod shelf;
mod wiring;
mod workshop;
