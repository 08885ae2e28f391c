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

use crate::guard::at;
use crate::options::{ClientCerts, Options};
use crate::shutdown;
use crate::signals::Signals;

pub(crate) enum Listener {
    Tcp(TcpListener),
    Tls(Box<TlsListener>),
    #[cfg(unix)]
    Unix(UnixListener, String),
}

impl Listener {
    pub(crate) async fn bind(options: &Options) -> Result<Self, String> {
        let at_listen = format!("--listen {}", options.listen);
        if let Some(path) = options.listen.strip_prefix("unix:") {
            return unix(path, options).map_err(at(&at_listen));
        }
        let tls = tls(options)?;
        let tcp = TcpListener::bind(&options.listen).await;
        let tcp = tcp.map_err(at(&at_listen))?;
        Ok(match tls {
            None => Self::Tcp(tcp),
            Some(tls) => Self::Tls(Box::new(TlsListener::new(tcp, tls))),
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
        match self {
            Self::Tcp(listener) => {
                println!("listening on http://{}", listener.local_addr()?);
                shutdown::serve(listener, Peer::tcp, app, grace, stop).await;
            }
            Self::Tls(listener) => {
                println!("listening on https://{}", listener.local_addr()?);
                shutdown::serve(*listener, |peer| peer, app, grace, stop).await;
            }
            #[cfg(unix)]
            Self::Unix(listener, path) => {
                println!("listening on unix:{path}");
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
fn unix(path: &str, options: &Options) -> Result<Listener, String> {
    if options.tls_cert.is_some() {
        return Err("--tls-cert is for TCP".to_owned());
    }
    let listener = UnixListener::bind(path).map_err(|error| error.to_string())?;
    Ok(Listener::Unix(listener, path.to_owned()))
}

#[cfg(not(unix))]
fn unix(_path: &str, _options: &Options) -> Result<Listener, String> {
    Err("there are no Unix sockets here".to_owned())
}

fn tls(options: &Options) -> Result<Option<MutualTls>, String> {
    let (Some(certificates), Some(key)) = (&options.tls_cert, &options.tls_key) else {
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
    let clients = match options.client_certs {
        ClientCerts::Request => ClientCertPolicy::any(),
        ClientCerts::Require => ClientCertPolicy::any().required(),
    };
    // TLS 1.2 and 1.3, both with resumption: a resumed session still has its certificate.
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(at(&option))?;
    let tls = MutualTls::new(tls, clients, chain, key).map_err(at(&option))?;
    Ok(Some(tls.http2()))
}
