//! Outgoing HTTP: fetches metadata and key sets, and calls introspection endpoints.
//!
//! [`HttpClient`] is the trait; `ReqwestClient` implements it (feature `reqwest`).

mod client;
mod fetch_error;
mod form;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "reqwest")]
mod resolvers;
mod server_metadata;

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestClient;
pub use client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest, UrlSource};
pub(crate) use fetch_error::FetchError;
pub(crate) use server_metadata::{Metadata, MetadataSource};
