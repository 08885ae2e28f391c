//! A gate with an issuer, a client and an upstream; requests as bytes, and responses as they came.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sender_constraint::time::{Clock, SystemClock};
use sender_constraint_gate::{Running, SettingError};
use sender_constraint_testing::{Client, Issuer};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::error::Elapsed;
use tokio::time::{advance, pause, resume, timeout};

use super::upstream::Upstream;

pub(crate) const ORIGIN: &str = "https://api.example.com";
pub(crate) const ISSUER: &str = "https://as.example.com";

pub(crate) struct World {
    pub(crate) gate: Running,
    pub(crate) upstream: Upstream,
    pub(crate) issuer: Issuer,
    pub(crate) client: Client,
    pub(crate) config: PathBuf,
    pub(crate) folder: PathBuf,
}

/// A folder of its own for each test.
pub(crate) fn folder() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::SeqCst);
    let name = format!("gate-{}-{next}", std::process::id());
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl World {
    /// A reverse proxy.
    pub(crate) async fn proxy() -> Self {
        Self::proxy_with("").await
    }

    /// A reverse proxy with more settings, which may begin with those of `[upstream]`.
    pub(crate) async fn proxy_with(more: &str) -> Self {
        Self::before(Upstream::start().await, more).await
    }

    /// A reverse proxy of this upstream.
    pub(crate) async fn before(upstream: Upstream, more: &str) -> Self {
        let text = upstream.settings(more);
        Self::start(upstream, &text, SystemClock::default()).await
    }

    /// A reverse proxy whose guard has this clock.
    pub(crate) async fn proxy_with_clock(clock: impl Clock, more: &str) -> Self {
        let upstream = Upstream::start().await;
        let text = upstream.settings(more);
        Self::start(upstream, &text, clock).await
    }

    /// A forward-auth service with these settings of `[forward_auth]`.
    pub(crate) async fn forward_auth(settings: &str) -> Self {
        let upstream = Upstream::start().await;
        let text = format!("mode = \"forward-auth\"\n[forward_auth]\n{settings}\n");
        Self::start(upstream, &text, SystemClock::default()).await
    }

    async fn start(upstream: Upstream, text: &str, clock: impl Clock) -> Self {
        let (issuer, folder) = (Issuer::new(ISSUER), folder());
        let config = folder.join("gate.toml");
        let jwks = folder.join("jwks.json");
        std::fs::write(&jwks, issuer.jwks().to_string()).unwrap();
        let jwks = jwks.display();
        let text = format!(
            "listen = \"127.0.0.1:0\"\norigin = \"{ORIGIN}\"\n{text}\n\
             [[issuer]]\nname = \"{ISSUER}\"\njwks = \"{jwks}\"\n[tokens]\naudiences = [\"{ORIGIN}\"]\n"
        );
        std::fs::write(&config, text).unwrap();
        let gate = Running::start_with_clock(&config, [], clock).await.unwrap();
        Self {
            gate,
            upstream,
            issuer,
            client: Client::new(),
            config,
            folder,
        }
    }

    /// Changes the text of the configuration, and has it read again.
    pub(crate) async fn change(&self, from: &str, to: &str) -> Result<(), SettingError> {
        let text = std::fs::read_to_string(&self.config).unwrap();
        assert!(text.contains(from), "{from} in {text}");
        std::fs::write(&self.config, text.replace(from, to)).unwrap();
        self.gate.reload([]).await
    }

    /// A token of the client.
    pub(crate) fn token(&self) -> String {
        let token = self.issuer.token(ORIGIN).bound_to(self.client.key());
        token.sign()
    }

    /// The lines of an honest request's credentials.
    pub(crate) fn credentials(&self, method: &str, path: &str) -> String {
        let token = self.token();
        let proof = self
            .client
            .proof(method, &format!("{ORIGIN}{path}"), &token)
            .sign();
        format!("Authorization: DPoP {token}\r\nDPoP: {proof}\r\n")
    }

    /// An honest request with these header lines, each of which ends with CR LF, and this body.
    pub(crate) fn request(&self, method: &str, path: &str, lines: &str, body: &str) -> String {
        let credentials = self.credentials(method, path);
        format!(
            "{method} {path} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n{credentials}{lines}\r\n{body}"
        )
    }

    /// Sends an honest request.
    pub(crate) async fn send(&self, method: &str, path: &str, lines: &str) -> Answer {
        self.exchange(&self.request(method, path, lines, "")).await
    }

    /// Sends bytes on a connection of their own, and reads until its end.
    pub(crate) async fn exchange(&self, request: &str) -> Answer {
        Answer::of(&exchange(self.gate.address(), request.as_bytes()).await)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// All bytes that come back until the connection ends.
pub(crate) async fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut response = Vec::new();
    let read = stream.read_to_end(&mut response);
    drop(timeout(LONGEST, read).await.expect("an end"));
    response
}

/// Runs the clock of tokio, in which the gate measures its limits, faster while it waits for `end`. Sockets have the time that
/// they need: a paused clock would pass over it at once.
pub(crate) async fn soon<T>(end: impl Future<Output = T>) -> Result<T, Elapsed> {
    pause();
    let hurry = async {
        loop {
            // While a blocking task runs, a paused clock does not advance by itself.
            spawn_blocking(|| std::thread::sleep(TICK)).await.unwrap();
            advance(FASTER * TICK).await;
        }
    };
    let ended = tokio::select! {
        ended = timeout(LONGEST, end) => ended,
        () = hurry => unreachable!("it has no end"),
    };
    resume();
    ended
}

const FASTER: u32 = 20;
const TICK: Duration = Duration::from_millis(5);
const LONGEST: Duration = Duration::from_secs(100);

/// A response in HTTP/1.1.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Self {
            status: status.unwrap_or(0),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The first field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut named = fields.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value)
    }

    /// What the upstream received.
    pub(crate) fn received(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }
}
