//! The example `resource_server`: how it stops, and the texts that people read of it.

#[path = "../../../examples/resource_server/age.rs"]
mod age;
#[path = "../../../examples/resource_server/app.rs"]
mod app;
#[path = "../../../examples/resource_server/at.rs"]
mod at;
mod checked;
#[path = "../../../examples/resource_server/checks.rs"]
mod checks;
mod command_line;
mod concealed;
#[path = "../../../examples/resource_server/connection.rs"]
mod connection;
#[path = "../../../examples/resource_server/explain.rs"]
mod explain;
mod explained;
#[path = "../../../examples/resource_server/governed.rs"]
mod governed;
#[path = "../../../examples/resource_server/guard.rs"]
mod guard;
#[path = "../../../examples/resource_server/hints.rs"]
mod hints;
#[path = "../../../examples/resource_server/introspect.rs"]
mod introspect;
mod introspected;
#[path = "../../../examples/resource_server/issuers.rs"]
mod issuers;
#[path = "../../../examples/resource_server/json.rs"]
mod json;
#[path = "../../../examples/resource_server/key_sources.rs"]
mod key_sources;
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
mod mcp_audience;
mod mcp_options;
mod nonce_options;
#[path = "../../../examples/resource_server/nonces.rs"]
mod nonces;
mod notation;
#[allow(dead_code, unused_imports, reason = "not every option has a test")]
#[path = "../../../examples/resource_server/options/mod.rs"]
mod options;
#[path = "../../../examples/resource_server/presented.rs"]
mod presented;
#[path = "../../../examples/resource_server/profile.rs"]
mod profile;
mod profiles;
#[allow(dead_code, reason = "the test connects to no Redis")]
#[path = "../../../examples/resource_server/no_redis.rs"]
mod redis;
mod request_log;
#[path = "../../../examples/resource_server/requirement.rs"]
mod requirement;
mod requirements;
mod running;
#[path = "../../../examples/resource_server/settings.rs"]
mod settings;
#[path = "../../../examples/resource_server/shared.rs"]
mod shared;
#[path = "../../../examples/resource_server/shutdown.rs"]
mod shutdown;
mod start;
mod stops;
#[allow(dead_code, reason = "the test has a log of its own")]
#[path = "../../../examples/resource_server/summary.rs"]
mod summary;
mod texts;
mod variables;
#[path = "../../../examples/resource_server/verdict.rs"]
mod verdict;
