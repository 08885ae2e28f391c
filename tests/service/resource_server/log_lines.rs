//! The log lines of the example `resource_server`: for people, and as JSON.

use std::io::{self, ErrorKind, Write};

use super::lines::Lines;
use super::options::{Log, LogFormat};
use super::request_log::Written;
use super::{json, log};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

#[test]
fn text_has_the_request_the_kind_the_reason_and_the_options() {
    let line = lines(LogFormat::Text, refusal);
    let (time, rest) = line.split_once(' ').unwrap();
    assert!(time.ends_with('Z') && time.contains('T'), "{line}");
    assert_eq!(
        rest,
        "WARN  GET /accounts: request refused (token_issuer) suppressed=3: the token's issuer is \"b\" (--issuer)\n"
    );
}

#[test]
fn text_of_a_client_stays_on_its_line() {
    let line = lines(LogFormat::Text, || {
        let hostile = "\r\n\u{1b}[2J\u{9b}\u{202e}";
        tracing::warn!(reason = hostile, client_id = %hostile, "request refused");
    });
    assert_eq!(line.lines().count(), 1, "{line:?}");
    let is_plain = |each: char| each == '\n' || (' '..='~').contains(&each);
    assert!(line.chars().all(is_plain), "{line:?}");
}

#[test]
fn json_is_one_object_on_each_line() {
    let text = lines(LogFormat::Json, || {
        refusal();
        tracing::error!(reason = "\r\n\u{1b}\"\\\u{202e}\u{10ffff}", "a\nb");
    });
    assert!(text.is_ascii(), "{text}");
    let [first, second] = text.lines().collect::<Vec<_>>()[..] else {
        panic!("{text}");
    };
    let mut first: Value = serde_json::from_str(first).unwrap();
    first.as_object_mut().unwrap().remove("time").unwrap();
    let expected = json!({
        "level": "WARN",
        "target": module_path!(),
        "message": "request refused",
        "method": "GET",
        "path": "/accounts",
        "kind": "token_issuer",
        "suppressed": 3,
        "reason": "the token's issuer is \"b\"",
        "options": ["--issuer"],
    });
    assert_eq!(first, expected);
    let second: Value = serde_json::from_str(second).unwrap();
    assert_eq!(second["reason"], "\r\n\u{1b}\"\\\u{202e}\u{10ffff}");
    assert_eq!(second["message"], "a\nb");
}

#[test]
fn no_field_is_lost() {
    let line = lines(LogFormat::Text, || {
        tracing::info!(method = "GET", other = 1, flag = true, far = -1, "sent");
    });
    assert!(
        line.ends_with(" INFO  sent method=GET other=1 flag=true far=-1\n"),
        "{line}"
    );
}

#[test]
fn settings_are_options_in_every_field() {
    let line = lines(LogFormat::Text, || {
        tracing::warn!(unavailable = %"x; configure with `Dpop::new`", "call `allow_unbound_tokens`");
    });
    let expected =
        "start this server with --allow-unbound unavailable=x; configure with --origin\n";
    assert!(line.ends_with(expected), "{line}");
}

#[test]
fn excerpts_lose_their_quotes_in_json_only() {
    let event = || tracing::info!(client_id = %r#""app""#, "request accepted");
    let json = lines(LogFormat::Json, event);
    assert!(json.contains(r#""client_id":"app""#), "{json}");
    let text = lines(LogFormat::Text, event);
    assert!(text.contains(r#" client_id="app""#), "{text}");
}

#[test]
fn json_of_a_terminal_is_ascii() {
    let text = json::pretty(&json!({"a": "\u{7f}\u{9b}\u{202e}ä\u{10ffff}"}));
    assert_eq!(
        text,
        "{\n  \"a\": \"\\u007f\\u009b\\u202e\\u00e4\\udbff\\udfff\"\n}\n"
    );
}

struct FullDisk;

impl Write for FullDisk {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(ErrorKind::StorageFull.into())
    }
}

#[test]
fn no_line_on_a_full_disk_ends_the_server() {
    log::write(FullDisk, "listening on http://127.0.0.1:9300\n");
    let lines = Lines {
        format: LogFormat::Text,
        has_colors: false,
        writer: || FullDisk,
    };
    let subscriber = tracing_subscriber::registry().with(lines);
    tracing::subscriber::with_default(subscriber, refusal);
}

#[test]
fn colors_are_for_terminals_without_no_color() {
    assert!(log::has_colors(true, None));
    assert!(log::has_colors(true, Some("".into())));
    assert!(!log::has_colors(true, Some("1".into())));
    assert!(!log::has_colors(false, None));
}

#[test]
fn color_is_that_of_the_level_only() {
    let written = Written::default();
    let lines = Lines {
        format: LogFormat::Text,
        has_colors: true,
        writer: written.clone(),
    };
    let subscriber = tracing_subscriber::registry().with(lines);
    tracing::subscriber::with_default(subscriber, || tracing::warn!("\u{1b}[31mred"));
    let line = written.text();
    assert!(
        line.ends_with(" \u{1b}[33mWARN \u{1b}[0m \\u{1b}[31mred\n"),
        "{line:?}"
    );
}

#[test]
fn default_log_has_refusals_and_quiet_has_no_accepted_requests() {
    let options = |verbose, quiet| Log {
        format: LogFormat::Text,
        verbose,
        quiet,
    };
    assert!(log::filter(&options(0, false)).contains("sender_constraint=debug"));
    assert!(log::filter(&options(0, true)).starts_with("warn,"));
    assert!(log::filter(&options(1, false)).starts_with("debug,"));
    assert_eq!(
        log::filter(&options(2, false)),
        log::filter(&options(9, false))
    );
    for (verbose, quiet) in [(0, false), (0, true), (1, false), (2, false)] {
        let filter = log::filter(&options(verbose, quiet));
        // Their events have header fields in them.
        assert!(filter.contains("h2=error"), "{filter}");
        filter.parse::<tracing_subscriber::EnvFilter>().unwrap();
    }
}

fn refusal() {
    let _request = tracing::info_span!("request", method = "GET", path = "/accounts").entered();
    let reason = "the token's issuer is \"b\"";
    tracing::warn!(kind = "token_issuer", suppressed = 3, %reason, "request refused");
}

/// What the events of `act` become.
fn lines(format: LogFormat, act: impl FnOnce()) -> String {
    let written = Written::default();
    let lines = Lines {
        format,
        has_colors: false,
        writer: written.clone(),
    };
    let subscriber = tracing_subscriber::registry().with(lines);
    tracing::subscriber::with_default(subscriber, act);
    written.text()
}
