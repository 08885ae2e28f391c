//! Where the gate listens: TCP, or a Unix socket.

use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::time::Duration;

use sender_constraint::cert::Peer;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::sleep;

use crate::config::{Setting, SettingError};

#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, Box<Path>),
}

/// A new connection.
pub(super) enum Accepted {
    Tcp(TcpStream, Peer),
    Unix(UnixStream),
}

impl Listener {
    pub(crate) async fn bind(setting: &Setting<String>) -> Result<Self, SettingError> {
        let listen = &setting.value;
        if let Some(path) = listen.strip_prefix("unix:") {
            let path = Path::new(path);
            let bound = unix(path).map_err(|error| setting.refuse(format!("{listen}: {error}")))?;
            return Ok(Self::Unix(bound, path.into()));
        }
        let tcp = TcpListener::bind(listen).await;
        let tcp = tcp.map_err(|error| {
            setting.refuse(format!(
                "{listen}: {error}; expected address:port, or unix:PATH"
            ))
        })?;
        Ok(Self::Tcp(tcp))
    }

    /// The address with its port, or `unix:` and the path.
    pub(crate) fn address(&self) -> io::Result<String> {
        Ok(match self {
            Self::Tcp(listener) => listener.local_addr()?.to_string(),
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        })
    }

    /// Waits where no connection can be accepted, which is mostly for want of file descriptors.
    pub(super) async fn accept(&self) -> Accepted {
        loop {
            let accepted = match self {
                Self::Tcp(listener) => listener.accept().await.map(|(stream, address)| {
                    drop(stream.set_nodelay(true));
                    Accepted::Tcp(stream, Peer::tcp(address))
                }),
                Self::Unix(listener, _) => listener
                    .accept()
                    .await
                    .map(|(stream, _)| Accepted::Unix(stream)),
            };
            match accepted {
                Ok(accepted) => return accepted,
                Err(error) if concerns_one_client(&error) => {}
                Err(reason) => {
                    tracing::error!(%reason, "no connection can be accepted");
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

impl Drop for Listener {
    /// At once, so that a successor can listen there.
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            drop(std::fs::remove_file(path));
        }
    }
}

/// Replaces a socket that a process left behind which was killed.
fn unix(path: &Path) -> io::Result<UnixListener> {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
    if is_socket {
        let connected = std::os::unix::net::UnixStream::connect(path);
        if connected.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            std::fs::remove_file(path)?;
        }
    }
    UnixListener::bind(path)
}

fn concerns_one_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    let kind = error.kind();
    matches!(
        kind,
        ConnectionAborted | ConnectionRefused | ConnectionReset
    )
}

const PAUSE: Duration = Duration::from_millis(200);
