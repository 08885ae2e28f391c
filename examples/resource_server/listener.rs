//! Where the server listens: TCP, TLS or a Unix socket. Requests learn who connected, and with which certificate.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sender_constraint::cert::{ClientCertPolicy, MutualTls, Peer, TlsListener};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::oneshot;

use super::at::at;
use super::log;
use super::options::{Options, Server};
use super::shutdown;
use super::signals::Signals;

pub(crate) enum Listener {
    Tcp(TcpListener),
    Tls(Box<TlsListener>),
    #[cfg(unix)]
    Unix(UnixListener, String),
}

impl Listener {
    pub(crate) async fn bind(options: &Options) -> Result<Self, String> {
        let listen = &options.server.listen;
        let at_listen = format!("--listen {listen}");
        if let Some(path) = listen.strip_prefix("unix:") {
            return unix(path, &options.server).map_err(at(&at_listen));
        }
        let tls = tls(options)?;
        let tcp = TcpListener::bind(listen).await;
        let tcp = tcp.map_err(at(&at_listen))?;
        Ok(match tls {
            None => Self::Tcp(tcp),
            Some(tls) => Self::Tls(Box::new(TlsListener::new(tcp, tls))),
        })
    }

    /// Refuses files of `--tls-cert` and `--tls-key` that [`Listener::bind`] would refuse.
    pub(crate) fn check(options: &Options) -> Result<(), String> {
        tls(options).map(drop)
    }

    /// Scheme, IP address and port, or `unix:` and the path.
    pub(crate) fn address(&self) -> io::Result<String> {
        Ok(match self {
            Self::Tcp(listener) => format!("http://{}", listener.local_addr()?),
            Self::Tls(listener) => format!("https://{}", listener.local_addr()?),
            #[cfg(unix)]
            Self::Unix(_, path) => format!("unix:{path}"),
        })
    }

    /// Serves until a signal, and for the grace period what still arrives. A second signal ends it at once.
    pub(crate) async fn serve(self, app: Router, grace: Duration) -> io::Result<()> {
        let mut signals = Signals::new()?;
        let (stop, stopped) = oneshot::channel();
        let signalled_twice = async {
            signals.next().await;
            let _ = stop.send(());
            signals.next().await;
        };
        tokio::select! {
            served = self.serve_until(app, grace, stopped) => served,
            () = signalled_twice => Ok(()),
        }
    }

    async fn serve_until(
        self,
        app: Router,
        grace: Duration,
        stopped: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let stop = async { drop(stopped.await) };
        let line = format!("listening on {}\n", self.address()?);
        log::write(io::stdout(), &line);
        match self {
            Self::Tcp(listener) => {
                shutdown::serve(listener, Peer::tcp, app, grace, stop).await;
            }
            Self::Tls(listener) => {
                shutdown::serve(*listener, |peer| peer, app, grace, stop).await;
            }
            #[cfg(unix)]
            Self::Unix(listener, path) => {
                // At once, so that a successor can listen there during the grace period.
                let stop = async {
                    stop.await;
                    drop(std::fs::remove_file(&path));
                };
                shutdown::serve(listener, |_| Peer::unix(), app, grace, stop).await;
            }
        }
        Ok(())
    }
}

/// Whoever the permissions of the socket's directory admit can connect.
#[cfg(unix)]
fn unix(path: &str, options: &Server) -> Result<Listener, String> {
    if options.tls_cert.is_some() {
        return Err("--tls-cert is for TCP".to_owned());
    }
    let listener = UnixListener::bind(path).map_err(|error| error.to_string())?;
    Ok(Listener::Unix(listener, path.to_owned()))
}

#[cfg(not(unix))]
fn unix(_path: &str, _options: &Server) -> Result<Listener, String> {
    Err("there are no Unix sockets here".to_owned())
}

fn tls(options: &Options) -> Result<Option<MutualTls>, String> {
    let (Some(certificates), Some(key)) = (&options.server.tls_cert, &options.server.tls_key)
    else {
        return Ok(None);
    };
    let option = format!("--tls-cert {certificates}");
    let chain = CertificateDer::pem_file_iter(certificates).and_then(Iterator::collect);
    let chain: Vec<_> = chain.map_err(at(&option))?;
    if chain.is_empty() {
        return Err(format!("{option}: there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(at(&format!("--tls-key {key}")))?;
    // Possession of the key is all that a bound token asks for: no authority is (RFC 8705 section 6.2).
    let clients = if options.certificates.require_client_cert {
        ClientCertPolicy::any().required()
    } else {
        ClientCertPolicy::any()
    };
    // TLS 1.2 and 1.3, both with resumption: a resumed session still has its certificate.
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(at(&option))?;
    let tls = MutualTls::new(tls, clients, chain, key).map_err(at(&option))?;
    Ok(Some(tls.http2()))
}
