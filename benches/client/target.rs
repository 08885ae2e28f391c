//! What is driven: a plain HTTP/1.1 server.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use url::Url;

#[derive(Clone)]
pub(crate) struct Target {
    /// `host:port`, as `Host` has it too.
    authority: String,
    path: String,
}

impl Target {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("{text}: {error}"))?;
        let host = url.host_str().filter(|_| url.scheme() == "http");
        let host = host.ok_or_else(|| format!("{text}: plain http://host[:port]/path only"))?;
        let port = url.port().map_or(String::new(), |port| format!(":{port}"));
        Ok(Self {
            authority: format!("{host}{port}"),
            path: url.path().to_owned(),
        })
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// What goes into `htu`.
    pub(crate) fn uri(&self) -> String {
        format!("http://{}{}", self.authority, self.path)
    }

    pub(crate) async fn connect(&self) -> Result<TcpStream, String> {
        let has_port = self
            .authority
            .trim_end_matches(|c: char| c.is_ascii_digit());
        let address = if has_port.ends_with(':') {
            self.authority.clone()
        } else {
            format!("{}:80", self.authority)
        };
        let connected = timeout(PATIENCE, TcpStream::connect(&address)).await;
        let connected = connected.map_err(|_| format!("{address}: no answer in {PATIENCE:?}"))?;
        let stream = connected.map_err(|error| format!("{address}: {error}"))?;
        stream
            .set_nodelay(true)
            .map_err(|error| error.to_string())?;
        Ok(stream)
    }

    /// Until somebody listens.
    pub(crate) async fn wait(&self, most: Duration) -> Result<(), String> {
        let start = Instant::now();
        let mut is_told = false;
        loop {
            match self.connect().await {
                Ok(_) => return Ok(()),
                Err(error) if start.elapsed() >= most => return Err(error),
                Err(error) => {
                    if !is_told {
                        eprintln!("{error}; waiting for it, {most:?} at most");
                        is_told = true;
                    }
                    sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    /// A request without a body.
    pub(crate) fn wire(&self, token: &str, proof: &str) -> Vec<u8> {
        self.wire_with("GET", "", token, proof)
    }

    /// A request with more fields, each with its line end.
    pub(crate) fn wire_with(&self, method: &str, more: &str, token: &str, proof: &str) -> Vec<u8> {
        let Self { authority, path } = self;
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {authority}\r\nuser-agent: load\r\n{more}authorization: DPoP {token}\r\ndpop: {proof}\r\n\r\n"
        )
        .into_bytes()
    }
}

const PATIENCE: Duration = Duration::from_secs(5);
