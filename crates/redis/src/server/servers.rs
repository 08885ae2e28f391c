//! The servers: a single one, those that Sentinels watch, or a Cluster.

use std::fmt;
use std::time::Duration;

use redis::{ConnectionAddr, ConnectionInfo, RedisConnectionInfo};

use super::address;
use super::certificates::Certificates;
use crate::config_error::{ConfigError, duration_in_range};

/// The Redis or Valkey servers that hold the shared state, and how to connect.
///
/// URLs are `redis://[user:password@]host[:port][/database]`, with `rediss://` for TLS; `valkey://` and `valkeys://` mean
/// the same; `unix:///path/to/socket` connects to a socket of this machine.
///
/// ```
/// use sender_constraint_redis::Servers;
///
/// # fn example(password: &str) -> Result<(), sender_constraint_redis::ConfigError> {
/// let single = Servers::single("rediss://redis.example.com")?.credentials("guard", password);
/// let sentinels = ["redis://10.0.0.1:26379", "redis://10.0.0.2:26379", "redis://10.0.0.3:26379"];
/// let watched = Servers::sentinel("mymaster", sentinels)?.password(password);
/// let cluster = Servers::cluster(["redis://10.0.1.1", "redis://10.0.1.2", "redis://10.0.1.3"])?;
/// # drop((single, watched, cluster));
/// # Ok(())
/// # }
/// ```
///
/// # Deployment
///
/// Whoever can write to the server can make used proofs fresh and lift denials: require a password, or better a user of
/// its own (README), and TLS on a network that others share.
#[derive(Clone)]
#[must_use]
pub struct Servers {
    pub(super) layout: Layout,
    /// Instead of those in the URLs.
    username: Option<String>,
    password: Option<String>,
    database: Option<i64>,
    pub(super) certificates: Certificates,
    pub(super) connect_timeout: Duration,
}

#[derive(Clone)]
pub(super) enum Layout {
    Single(Box<ConnectionInfo>),
    Sentinel {
        primary: String,
        sentinels: Vec<ConnectionInfo>,
    },
    Cluster(Vec<ConnectionInfo>),
}

impl Servers {
    /// One server.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`] if the URL is not usable.
    pub fn single(url: &str) -> Result<Self, ConfigError> {
        let info = address::parse(url, 1)?;
        Ok(Self::new(Layout::Single(Box::new(info))))
    }

    /// The primary that Sentinels know by the name `primary`. User and password in these URLs are those of the Sentinels;
    /// those of the servers are set by [`Servers::credentials`]. With `rediss://` the servers are reached by TLS too.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`], [`ConfigError::NoServers`] and [`ConfigError::PrimaryName`].
    pub fn sentinel(
        primary: &str,
        urls: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, ConfigError> {
        if primary.is_empty() {
            return Err(ConfigError::PrimaryName);
        }
        let sentinels = address::parse_all(urls)?;
        address::refuse_databases(
            &sentinels,
            "a Sentinel has no databases: use `Servers::database`",
        )?;
        Ok(Self::new(Layout::Sentinel {
            primary: primary.to_owned(),
            sentinels,
        }))
    }

    /// A Cluster, found through any of these nodes. All URLs must have the same scheme, user and password.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`] and [`ConfigError::NoServers`].
    pub fn cluster(urls: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, ConfigError> {
        let nodes = address::parse_all(urls)?;
        let is_unix = |node: &ConnectionInfo| matches!(node.addr(), ConnectionAddr::Unix(_));
        if let Some(at) = nodes.iter().position(is_unix) {
            return Err(ConfigError::Url {
                position: at + 1,
                reason: "the nodes of a Cluster name each other by host and port, not by socket",
            });
        }
        address::refuse_databases(&nodes, "a Cluster has only database 0")?;
        address::require_equal_access(&nodes)?;
        Ok(Self::new(Layout::Cluster(nodes)))
    }

    const fn new(layout: Layout) -> Self {
        Self {
            layout,
            username: None,
            password: None,
            database: None,
            certificates: Certificates {
                roots: None,
                client: None,
            },
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
        }
    }

    /// Sets user and password of the servers, instead of those in the URLs.
    pub fn credentials(mut self, username: &str, password: &str) -> Self {
        self.username = Some(username.to_owned());
        self.password(password)
    }

    /// Sets the password of the servers, for the default user.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Sets the number of the database, 0 by default. A Cluster has only database 0.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Unused`] with a Cluster.
    pub fn database(mut self, number: u16) -> Result<Self, ConfigError> {
        if matches!(self.layout, Layout::Cluster(_)) {
            return Err(ConfigError::Unused {
                setting: "`Servers::database`",
                reason: "a Cluster has only database 0",
            });
        }
        self.database = Some(number.into());
        Ok(self)
    }

    /// Sets the time limit of a connection, TLS included: 1 s by default, from 10 ms to 30 s. With Sentinels it applies
    /// to each of them, and to the primary.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn connect_timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = "`Servers::connect_timeout`";
        self.connect_timeout =
            duration_in_range(setting, limit, MIN_CONNECT_TIMEOUT, MAX_CONNECT_TIMEOUT)?;
        Ok(self)
    }

    /// The settings of `info`, with those that were set apart.
    pub(super) fn settings(&self, info: &ConnectionInfo) -> RedisConnectionInfo {
        let mut settings = info.redis_settings().clone();
        if let Some(username) = &self.username {
            settings = settings.set_username(username);
        }
        if let Some(password) = &self.password {
            settings = settings.set_password(password);
        }
        match self.database {
            Some(number) => settings.set_db(number),
            None => settings,
        }
    }

    pub(super) fn addresses(&self) -> &[ConnectionInfo] {
        match &self.layout {
            Layout::Single(info) => std::slice::from_ref(info),
            Layout::Sentinel {
                sentinels: infos, ..
            }
            | Layout::Cluster(infos) => infos,
        }
    }

    #[cfg(feature = "tls")]
    fn uses_tls(&self) -> bool {
        let mut addresses = self.addresses().iter();
        addresses.any(|info| matches!(info.addr(), ConnectionAddr::TcpTls { .. }))
    }
}

/// Certificates of `rediss://`, with the feature `tls`.
#[cfg(feature = "tls")]
impl Servers {
    /// Trusts only the certificate authorities in this PEM, instead of the system's.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Certificate`] if the PEM has none, [`ConfigError::Unused`] without `rediss://`.
    pub fn root_certificates(mut self, pem: &[u8]) -> Result<Self, ConfigError> {
        self.require_tls("`Servers::root_certificates`")?;
        super::tls::check_roots(pem)?;
        self.certificates.roots = Some(pem.to_vec());
        Ok(self)
    }

    /// Presents this certificate to the servers: the PEM of its chain and of its private key.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Certificate`] if either cannot be read, [`ConfigError::Unused`] without `rediss://`.
    pub fn client_certificate(mut self, chain: &[u8], key: &[u8]) -> Result<Self, ConfigError> {
        self.require_tls("`Servers::client_certificate`")?;
        super::tls::check_client(chain, key)?;
        self.certificates.client = Some((chain.to_vec(), key.to_vec()));
        Ok(self)
    }

    fn require_tls(&self, setting: &'static str) -> Result<(), ConfigError> {
        if self.uses_tls() {
            return Ok(());
        }
        let reason = "no URL is rediss://";
        Err(ConfigError::Unused { setting, reason })
    }
}

/// Shows the addresses, no user and no password.
impl fmt::Debug for Servers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match &self.layout {
            Layout::Single(_) => "Servers::single",
            Layout::Sentinel { .. } => "Servers::sentinel",
            Layout::Cluster(_) => "Servers::cluster",
        })?;
        let names: Vec<_> = self.addresses().iter().map(address::name).collect();
        write!(formatter, "({})", names.join(", "))
    }
}

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const MIN_CONNECT_TIMEOUT: Duration = Duration::from_millis(10);
const MAX_CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
