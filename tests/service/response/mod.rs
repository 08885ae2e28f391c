//! What is written to the client.

mod challenge;
mod cors;
mod error;
mod form;
mod headers;
mod secrets;
