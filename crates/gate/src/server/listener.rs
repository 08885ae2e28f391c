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
                Err(reason) => {
                    if let Some(pause) = pause_after(&reason) {
                        tracing::error!(%reason, "no connection can be accepted");
                        sleep(pause).await;
                    }
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

/// The time before the next accept: none if the error concerns one client; otherwise a resource is exhausted, mostly
/// file descriptors.
fn pause_after(error: &io::Error) -> Option<Duration> {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    match error.kind() {
        ConnectionAborted | ConnectionRefused | ConnectionReset => None,
        _ => Some(PAUSE),
    }
}

const PAUSE: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;
    use io::ErrorKind::*;

    #[test]
    fn accepting_pauses_unless_the_error_concerns_one_client() {
        for kind in [ConnectionAborted, ConnectionRefused, ConnectionReset] {
            assert_eq!(pause_after(&kind.into()), None, "{kind}");
        }
        for kind in [OutOfMemory, Other, PermissionDenied] {
            assert_eq!(pause_after(&kind.into()), Some(PAUSE), "{kind}");
        }
    }
}
