//! The decision of the guard, and its settings.

mod access_end;
mod binding;
mod clones;
mod config;
mod config_limits;
pub(crate) mod config_verdict;
mod early_data;
mod forwarded;
mod forwarded_response;
mod gateway;
mod mcp;
mod mcp_unbound;
mod optional;
mod unavailable;
mod unbound_report;
mod waiting;
mod wiring;
