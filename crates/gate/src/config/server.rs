//! Where the gate listens, its limits, and its log.

use std::time::Duration;

use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Server {
    /// `address:port`, or `unix:` and a path.
    pub(crate) listen: Setting<String>,
    pub(crate) tls: Option<Tls>,
    /// Health and keys, apart from what clients reach.
    pub(crate) admin: Option<Setting<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tls {
    pub(crate) certificate: Setting<String>,
    pub(crate) key: Setting<String>,
    pub(crate) client_certificates: ClientCertificates,
    /// Authorities that client certificates must chain to.
    pub(crate) client_ca: Option<Setting<String>>,
}

/// Whether the handshake requests a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ClientCertificates {
    Off,
    Request,
    Require,
}

impl Server {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let listen = root.required_text("listen")?;
        listen.read(|listen| check_listen(listen))?;
        let (mut tls, is_given) = root.table("tls")?;
        let (mut admin, _) = root.table("admin")?;
        if is_given && listen.value.starts_with("unix:") {
            return Err(
                tls.refuse("it is for TCP: connections of the Unix socket in `listen` have no TLS")
            );
        }
        let server = Self {
            listen,
            tls: is_given.then(|| Tls::read(&mut tls)).transpose()?,
            admin: admin.text("listen")?,
        };
        if let Some(listen) = &server.admin {
            listen.read(|listen| check_listen(listen))?;
        }
        tls.finish()?;
        admin.finish()?;
        Ok(server)
    }
}

/// The form of an address; whether it can be bound, a start finds out.
fn check_listen(listen: &str) -> Result<(), String> {
    let is_address = match (listen.strip_prefix("unix:"), listen.rsplit_once(':')) {
        (Some(path), _) => !path.is_empty(),
        (None, Some((host, port))) => !host.is_empty() && port.parse::<u16>().is_ok(),
        (None, None) => false,
    };
    if is_address {
        return Ok(());
    }
    Err(format!(
        "came {listen:?}, expected address:port, or unix:PATH"
    ))
}

impl Tls {
    fn read(table: &mut Table) -> Result<Self, SettingError> {
        let choices = [
            ("off", ClientCertificates::Off),
            ("request", ClientCertificates::Request),
            ("require", ClientCertificates::Require),
        ];
        let client_certificates = table.choice("client_certificates", &choices)?;
        Ok(Self {
            certificate: table.required_text("certificate")?,
            key: table.required_text("key")?,
            client_certificates: client_certificates
                .map_or(ClientCertificates::Off, |choice| choice.value),
            client_ca: table.text("client_ca")?,
        })
    }
}

/// Amounts and times that bound what a client can take up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Limits {
    /// At once; further ones wait in the backlog of the socket.
    pub(crate) connections: u64,
    /// Of a request's head.
    pub(crate) header_bytes: u64,
    /// In a request's head.
    pub(crate) headers: u64,
    /// Requests at once on one HTTP/2 connection.
    pub(crate) streams: u64,
    /// Until the head of a request is complete, and how long an HTTP/1.1 connection is kept without requests.
    pub(crate) header_time: Duration,
    /// Without a byte of a body from its sender, without a part of 16 KiB of a response to an HTTP/2 client, and how long an
    /// HTTP/2 connection is kept without requests.
    pub(crate) idle_time: Duration,
    /// How long requests are served after SIGTERM.
    pub(crate) shutdown_time: Duration,
}

impl Limits {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("limits")?;
        let mut number = |name, range, default| {
            let number = table.number(name, range)?;
            Ok::<_, SettingError>(number.map_or(default, |number| number.value))
        };
        let connections = number("connections", 1..=1_000_000, 10_000)?;
        let header_bytes = number("header_bytes", 8192..=1_048_576, 65_536)?;
        let headers = number("headers", 16..=1000, 100)?;
        let streams = number("streams", 1..=10_000, 200)?;
        let mut seconds = |name, range, default| {
            let seconds = table.seconds(name, range)?;
            let default = Duration::from_secs(default);
            Ok::<_, SettingError>(seconds.map_or(default, |seconds| seconds.value))
        };
        let limits = Self {
            connections,
            header_bytes,
            headers,
            streams,
            header_time: seconds("header_seconds", 1..=600, 75)?,
            idle_time: seconds("idle_seconds", 1..=86_400, 60)?,
            shutdown_time: seconds("shutdown_seconds", 0..=3600, 30)?,
        };
        table.finish()?;
        Ok(limits)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Log {
    pub(crate) format: LogFormat,
    /// As `RUST_LOG` has it.
    pub(crate) filter: Option<Setting<String>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LogFormat {
    Json,
    Text,
}

impl Log {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("log")?;
        let choices = [("json", LogFormat::Json), ("text", LogFormat::Text)];
        let format = table.choice("format", &choices)?;
        let log = Self {
            format: format.map_or(LogFormat::Text, |format| format.value),
            filter: table.text("filter")?,
        };
        table.finish()?;
        Ok(log)
    }
}
