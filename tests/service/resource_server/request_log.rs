//! How the example `resource_server` names requests in its log: a client chooses method and path.

use super::lines::Lines;
use super::log;
use super::options::LogFormat;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::middleware::from_fn;
use http::{Method, Request};
use tower::ServiceExt as _;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

#[tokio::test]
async fn d4_method_and_path_in_the_log_are_bounded() {
    let short = line(Method::GET, "/accounts?access_token=secret").await;
    assert!(short.ends_with(" GET /accounts: handled\n"), "{short}");
    let long = line(
        Method::from_bytes(&[b'M'; 10_000]).unwrap(),
        &format!("/{}", "p".repeat(10_000)),
    )
    .await;
    assert!(long.contains("MMM... /ppp"), "{long}");
    assert!(long.contains("ppp...: "), "{long}");
    assert!(long.len() < 700, "{} bytes: {long}", long.len());
}

#[test]
fn d4_text_of_a_client_is_harmless_for_a_terminal() {
    assert_eq!(log::printable("/a%20b"), "/a%20b");
    // Line ends, CSI in both forms, delete, right-to-left override.
    let hostile = "\r\n\u{1b}[2J\u{9b}2J\u{7f}\u{202e}ä";
    let printed = r"\r\n\u{1b}[2J\u{9b}2J\u{7f}\u{202e}\u{e4}";
    assert_eq!(log::printable(hostile), printed);
}

#[test]
fn d4_text_of_a_client_has_at_most_256_bytes() {
    let whole = "a".repeat(253);
    assert_eq!(log::printable(&whole), whole);
    let cut = log::printable(&"a".repeat(254));
    assert_eq!(cut, format!("{whole}..."));
    for text in ["\u{10ffff}".repeat(100), "\u{9b}".repeat(1000)] {
        let printed = log::printable(&text);
        assert!(
            printed.len() <= 256 && printed.ends_with("}..."),
            "{printed}"
        );
    }
}

/// The line that a handler logs for this request.
async fn line(method: Method, target: &str) -> String {
    let written = Written::default();
    let lines = Lines {
        format: LogFormat::Text,
        has_colors: false,
        writer: written.clone(),
    };
    let subscriber = tracing_subscriber::registry().with(lines);
    let guard = tracing::subscriber::set_default(subscriber);
    let handler = async || tracing::info!("handled");
    let app = Router::new()
        .fallback(handler)
        .layer(from_fn(log::name_request));
    let request = Request::builder().method(method).uri(target);
    let request = request.body(Body::empty()).unwrap();
    app.oneshot(request).await.unwrap();
    drop(guard);
    written.text()
}

#[derive(Clone, Default)]
pub(super) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Written {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
