//! What the gate writes into its log.

use std::io;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tracing_subscriber::fmt::MakeWriter;

use super::upstream::Upstream;
use super::world::World;

/// The events of this thread, which is that of the whole test.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// An event has the request that was checked, and not that of the proxy.
#[tokio::test]
async fn a_refusal_has_the_method_and_the_path_that_were_checked() {
    let log = Captured::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_env_filter("sender_constraint=debug")
        .with_writer(log.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    let peers = "trusted_peers = [\"127.0.0.1\"]";
    for (proxy, request) in [
        (
            "nginx",
            "GET /auth HTTP/1.0\r\nX-Original-Method: PURGE\r\nX-Original-URI: /nginx%2F?secret\r\n\r\n",
        ),
        (
            "caddy",
            "GET / HTTP/1.0\r\nX-Forwarded-Method: PURGE\r\nX-Forwarded-Uri: /caddy%2F?secret\r\nX-Forwarded-Host: a\r\n\r\n",
        ),
        (
            "envoy\"\npath_prefix = \"/auth",
            "PURGE /auth/envoy%2F?secret HTTP/1.0\r\nHost: a\r\n\r\n",
        ),
    ] {
        let world = World::forward_auth(&format!("proxy = \"{proxy}\"\n{peers}")).await;
        let answer = world.exchange(request).await;
        assert!([401, 403].contains(&answer.status), "{answer:?}");
    }
    let world = World::proxy().await;
    world
        .exchange("PURGE /proxy%2F?secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    let text = log.text();
    for path in ["nginx", "caddy", "envoy", "proxy"] {
        let span = format!("request{{method=PURGE path=/{path}%2F}}");
        assert!(text.contains(&span), "{span} in {text}");
    }
    assert!(
        !text.contains("/auth") && !text.contains("secret"),
        "{text}"
    );
}

#[tokio::test]
async fn an_outage_of_the_upstream_does_not_fill_the_log() {
    let log = Captured::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&listener), "").await;
    drop(listener);
    let start = std::time::Instant::now();
    for _ in 0..60 {
        assert_eq!(world.send("GET", "/", "").await.status, 502);
    }
    let seconds = usize::try_from(start.elapsed().as_secs()).unwrap();
    let text = log.text();
    let written = text.matches("the upstream cannot be reached").count();
    assert!((1..=10 * (seconds + 1)).contains(&written), "{text}");
}
