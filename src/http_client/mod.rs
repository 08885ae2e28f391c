//! Outgoing HTTP: fetches metadata and key sets, and calls introspection endpoints.
//!
//! [`HttpClient`] is the trait; `ReqwestClient` implements it (feature `reqwest`).

mod client;
mod form;
#[cfg(feature = "reqwest")]
mod reqwest;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestClient;
pub use client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest, UrlSource};
