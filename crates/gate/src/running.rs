//! A gate that serves: started, reloaded, stopped.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sender_constraint::time::{Clock, SystemClock};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::config::{Config, SettingError};
use crate::gate::{CurrentGate, Gate};
use crate::server::{Handshakes, Listener, Phase, ServerCertificate, serve, serve_admin};
use crate::summary;

/// A gate that serves until [`Running::stop`], or until it is dropped.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = sender_constraint_gate::Running::start("gate.toml".as_ref(), std::env::vars()).await?;
/// println!("listening on {}", gate.address());
/// gate.reload(std::env::vars()).await?;
/// gate.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a gate that is dropped stops"]
pub struct Running {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    address: String,
    admin_address: Option<String>,
    current: Arc<CurrentGate>,
    certificate: Option<Arc<ServerCertificate>>,
    phase: watch::Sender<Phase>,
    accepting: JoinHandle<()>,
    admin: Option<JoinHandle<()>>,
}

impl Running {
    /// Reads the configuration from the file and the environment variables, fetches keys, and listens.
    ///
    /// # Errors
    ///
    /// [`SettingError`] if the configuration cannot be used, or keys cannot be fetched.
    pub async fn start(
        path: &Path,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, SettingError> {
        Self::start_with_clock(path, variables, SystemClock::default()).await
    }

    /// Starts with the clock of a test, which decides when tokens and proofs expire.
    ///
    /// # Errors
    ///
    /// Those of [`Running::start`].
    #[doc(hidden)]
    pub async fn start_with_clock(
        path: &Path,
        variables: impl IntoIterator<Item = (String, String)>,
        clock: impl Clock,
    ) -> Result<Self, SettingError> {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let config = Config::load(path, variables)?;
        let gate = Gate::build(config, None, &clock).await?;
        let settings = gate.config().server.clone();
        let connections = usize::try_from(gate.limits().connections).unwrap_or(usize::MAX);
        let listener = Listener::bind(&settings.listen).await?;
        let address = listener
            .address()
            .map_err(|error| settings.listen.refuse(error))?;
        let certificate = settings
            .tls
            .as_ref()
            .map(ServerCertificate::read)
            .transpose()?;
        let tls = match (&settings.tls, &certificate) {
            (Some(tls), Some(certificate)) => Some(Handshakes::new(tls, Arc::clone(certificate))?),
            _ => None,
        };
        let admin = match &settings.admin {
            None => None,
            Some(listen) => {
                let listener = Listener::bind(listen).await?;
                let address = listener.address().map_err(|error| listen.refuse(error))?;
                Some((listener, address))
            }
        };
        summary::log(&gate, &address);
        let current = Arc::new(CurrentGate::new(gate));
        let (phase, receiver) = watch::channel(Phase::Serving);
        let serving = serve(listener, tls, Arc::clone(&current), connections, receiver);
        let (admin, admin_address) = match admin {
            None => (None, None),
            Some((listener, address)) => {
                let served = serve_admin(listener, Arc::clone(&current), phase.clone());
                (Some(tokio::spawn(served)), Some(address))
            }
        };
        Ok(Self {
            path: path.to_owned(),
            clock,
            address,
            admin_address,
            current,
            certificate,
            phase,
            accepting: tokio::spawn(serving),
            admin,
        })
    }

    /// Where it listens: an address with a port, or `unix:` and a path.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Where health and keys are served, if that is configured.
    #[must_use]
    pub fn admin_address(&self) -> Option<&str> {
        self.admin_address.as_deref()
    }

    /// Reads the configuration again, and the certificate of the server. Requests under way end as they began. The memory
    /// of used proofs is kept; so are keys, verified tokens and connections where no setting of theirs changed.
    ///
    /// # Errors
    ///
    /// [`SettingError`], and the configuration stays as it was.
    pub async fn reload(
        &self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), SettingError> {
        let before = self.current.gate();
        let config = Config::load(&self.path, variables)?;
        check_fixed(before.config(), &config)?;
        let gate = Gate::build(config, Some(&before), &self.clock).await?;
        if let (Some(certificate), Some(tls)) = (&self.certificate, &gate.config().server.tls) {
            certificate.renew(tls)?;
        }
        gate.parts().take_effect();
        summary::log(&gate, &self.address);
        self.current.replace(gate);
        Ok(())
    }

    /// Stops: no new connections, and at most `limits.shutdown_seconds` for the open ones.
    pub async fn stop(&self) {
        let limit = self.current.gate().limits().shutdown_time;
        let draining = limit.min(DRAINING_TIME);
        for (phase, limit) in [
            (Phase::Draining, draining),
            (Phase::Finishing, limit.saturating_sub(draining)),
            (Phase::Closing, CLOSING_TIME),
        ] {
            self.phase.send_replace(phase);
            if timeout(limit, self.phase.closed()).await.is_ok() {
                return;
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Closing);
        self.accepting.abort();
        if let Some(admin) = &self.admin {
            admin.abort();
        }
    }
}

/// Refuses a change of what is set up once.
fn check_fixed(before: &Config, after: &Config) -> Result<(), SettingError> {
    let (old, new) = (&before.server, &after.server);
    let reason = "cannot change while serving: restart";
    if old.listen != new.listen {
        return Err(new.listen.refuse(reason));
    }
    if old.admin != new.admin {
        let setting = new.admin.as_ref().unwrap_or(&new.listen);
        return Err(setting.refuse(format!("`admin.listen` {reason}")));
    }
    let clients = |server: &crate::config::Server| {
        let tls = server.tls.as_ref();
        tls.map(|tls| (tls.client_certificates, tls.client_ca.clone()))
    };
    if clients(old) != clients(new) {
        let reason = format!("`tls`, except certificate and key, {reason}");
        return Err(new.listen.refuse(reason));
    }
    after.proofs.check_successor_of(&before.proofs)?;
    if before.limits.connections != after.limits.connections || before.log != after.log {
        let reason = format!("`limits.connections` and `log` {reason}");
        return Err(new.listen.refuse(reason));
    }
    Ok(())
}

/// For requests that clients send before they learn that the server stops.
const DRAINING_TIME: Duration = Duration::from_secs(2);

/// For tunnels and connections to end once the last phase has begun.
const CLOSING_TIME: Duration = Duration::from_secs(1);
