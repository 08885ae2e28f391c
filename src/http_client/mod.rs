//! Outgoing HTTP, used only to fetch metadata and key sets.
//!
//! [`HttpClient`] is the trait; `ReqwestClient` implements it (feature `reqwest`).

mod client;
#[cfg(feature = "reqwest")]
mod reqwest;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestClient;
pub use client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest, UrlSource};
