//! The example `resource_server`: how it stops, and what it writes of requests into its log.

#[path = "../../../examples/resource_server/connection.rs"]
mod connection;
#[path = "../../../examples/resource_server/lingering.rs"]
mod lingering;
#[allow(dead_code, reason = "the test has a log of its own")]
#[path = "../../../examples/resource_server/log.rs"]
mod log;
mod request_log;
#[path = "../../../examples/resource_server/shutdown.rs"]
mod shutdown;
mod stops;
