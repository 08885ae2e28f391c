//! The example `resource_server`: how it stops, and the texts that people read of it.

#[path = "../../../examples/resource_server/age.rs"]
mod age;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/app.rs"]
mod app;
#[path = "../../../examples/resource_server/at.rs"]
mod at;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/certificates.rs"]
mod certificates;
mod command_line;
#[path = "../../../examples/resource_server/connection.rs"]
mod connection;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/explain.rs"]
mod explain;
#[cfg(all(feature = "axum", feature = "reqwest"))]
mod explained;
#[path = "../../../examples/resource_server/governed.rs"]
mod governed;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/guard.rs"]
mod guard;
#[path = "../../../examples/resource_server/hints.rs"]
mod hints;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/issuers.rs"]
mod issuers;
#[path = "../../../examples/resource_server/json.rs"]
mod json;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/keys.rs"]
mod keys;
#[path = "../../../examples/resource_server/lines.rs"]
mod lines;
#[path = "../../../examples/resource_server/lingering.rs"]
mod lingering;
#[allow(dead_code, reason = "the test has a log of its own")]
#[path = "../../../examples/resource_server/log.rs"]
mod log;
mod log_lines;
#[allow(dead_code, reason = "not every option has a test")]
#[path = "../../../examples/resource_server/options.rs"]
mod options;
#[path = "../../../examples/resource_server/presented.rs"]
mod presented;
mod request_log;
#[cfg(all(feature = "axum", feature = "reqwest"))]
mod running;
#[path = "../../../examples/resource_server/shutdown.rs"]
mod shutdown;
mod start;
mod stops;
#[allow(dead_code, reason = "the test has a log of its own")]
#[path = "../../../examples/resource_server/summary.rs"]
mod summary;
mod texts;
#[cfg(all(feature = "axum", feature = "reqwest"))]
#[path = "../../../examples/resource_server/verdict.rs"]
mod verdict;
