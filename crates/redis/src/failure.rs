//! Why a command failed, in words that an operator can act on.

use std::fmt;
use std::time::Duration;

use redis::{ErrorKind, RedisError};

/// The kind of a failure: whether to repeat the command, and whether to check the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// The connection was lost: whether the server carried out the command is unknown.
    Dropped,
    /// The user may not run the command.
    Forbidden,
    /// No answer in time.
    Late,
    /// The server refused, and may be the wrong one by now.
    Misplaced,
    /// The server refused.
    Refused,
}

/// Why a command failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    kind: Kind,
    reason: String,
}

impl Failure {
    pub(crate) fn new(error: &RedisError) -> Self {
        if error.is_timeout() {
            return Self::with(Kind::Late, "no answer in time".to_owned());
        }
        if error.kind() == ErrorKind::AuthenticationFailed {
            let (kind, advice) = advice("NOAUTH");
            return Self::with(kind, advice.unwrap_or_default().to_owned());
        }
        if error.is_io_error() || error.is_connection_dropped() || error.is_unrecoverable_error() {
            return Self::with(Kind::Dropped, bounded(&error.to_string()));
        }
        let Some(code) = error.code() else {
            return Self::with(Kind::Refused, bounded(&error.to_string()));
        };
        let detail = bounded(error.detail().unwrap_or_default());
        let (kind, advice) = advice(code);
        let reason = match advice {
            Some(advice) => format!("{advice} ({code} {detail})"),
            None => format!("the server answered {code} {detail}"),
        };
        Self::with(kind, reason)
    }

    /// No answer within `limit`, which `setting` configures.
    pub(crate) fn late(what: &str, limit: Duration, setting: &str) -> Self {
        let reason = format!("no answer to {what} within {limit:?}; configure with {setting}");
        Self::with(Kind::Late, reason)
    }

    /// The command was not sent, for this reason.
    pub(crate) fn unsent(reason: &str) -> Self {
        Self::with(Kind::Refused, reason.to_owned())
    }

    fn with(kind: Kind, reason: String) -> Self {
        let reason = if reason.len() > MAX_REASON_CHARS {
            bounded(&reason)
        } else {
            reason
        };
        Self { kind, reason }
    }

    /// Whether the command may be sent again on another connection.
    pub(crate) fn is_dropped(&self) -> bool {
        self.kind == Kind::Dropped
    }

    pub(crate) fn is_forbidden(&self) -> bool {
        self.kind == Kind::Forbidden
    }

    /// Whether the connection must be looked at.
    pub(crate) const fn is_suspicious(&self) -> bool {
        matches!(self.kind, Kind::Dropped | Kind::Late | Kind::Misplaced)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

fn advice(code: &str) -> (Kind, Option<&'static str>) {
    match code {
        "CLUSTERDOWN" => (
            Kind::Misplaced,
            Some("the Cluster has lost its quorum or a part of its slots"),
        ),
        "LOADING" => (Kind::Misplaced, Some("the server is loading its data set")),
        "MASTERDOWN" => (
            Kind::Misplaced,
            Some("the server is a replica that has lost its primary"),
        ),
        "MISCONF" => (
            Kind::Refused,
            Some("the server cannot write to its disk, and accepts no writes"),
        ),
        "MOVED" | "ASK" => (
            Kind::Misplaced,
            Some("the server is a node of a Cluster; configure it with `Servers::cluster`"),
        ),
        "NOAUTH" | "WRONGPASS" => (
            Kind::Refused,
            Some("the server refuses user or password; set `Servers::credentials`"),
        ),
        "NOPERM" => (
            Kind::Forbidden,
            Some("the user of the server lacks a permission; see the README for its ACL"),
        ),
        "NOREPLICAS" => (
            Kind::Refused,
            Some("the server has fewer replicas than its `min-replicas-to-write`"),
        ),
        "OOM" => (
            Kind::Refused,
            Some("the server is out of memory; raise its `maxmemory`"),
        ),
        "READONLY" => (
            Kind::Misplaced,
            Some("the server is a read-only replica; connect to the primary"),
        ),
        _ => (Kind::Refused, None),
    }
}

/// For the log: one line, of printable characters.
fn bounded(text: &str) -> String {
    let printable = text.chars().filter(|character| !character.is_control());
    printable.take(MAX_REASON_CHARS).collect()
}

const MAX_REASON_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_short_whatever_the_server_answers() {
        for text in [
            format!("-{}\r\n", "E".repeat(200_000)),
            format!("-OOM {}\r\n", "E".repeat(200_000)),
        ] {
            let value = redis::parse_redis_value(text.as_bytes()).expect("an answer");
            let error = value.extract_error().expect_err("an error");
            let reason = Failure::new(&error).to_string();
            assert!(reason.chars().count() <= 200, "{}", reason.len());
        }
    }
}
