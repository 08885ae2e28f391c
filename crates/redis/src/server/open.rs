//! Opens a connection, and checks that the server can be used.

use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo};
use tokio::time::timeout;

use super::address;
use super::connection::Connection;
use super::info::ServerInfo;
use super::instances::Instances;
use super::servers::{Layout, Servers};
use super::tls;
use crate::connect_error::ConnectError;
use crate::failure::Failure;

/// A connection that can be used.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) checked: Checked,
}

/// Servers that can be used.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) instances: Instances,
    /// Whether each server reported that it evicts nothing.
    pub(crate) policy_is_known: bool,
}

impl Servers {
    /// Connects, and checks version, role and eviction policy of each primary.
    pub(crate) async fn open(&self) -> Result<Opened, ConnectError> {
        tls::ensure_provider();
        let mut connection = match &self.layout {
            Layout::Single(info) => self.open_node(info).await,
            Layout::Sentinel { primary, sentinels } => self.open_primary(primary, sentinels).await,
            Layout::Cluster(nodes) => self.open_cluster(nodes).await,
        }?;
        let checked = self.check(&mut connection).await?;
        Ok(Opened {
            connection,
            checked,
        })
    }

    /// Checks that the connection still leads to servers that can be used.
    pub(crate) async fn check(&self, connection: &mut Connection) -> Result<Checked, ConnectError> {
        let as_cluster = connection.is_cluster();
        self.check_primary(connection).await?;
        let infos = match connection.infos(self.connect_timeout).await {
            Ok(infos) => infos,
            // The user may not read it: the policy and the version stay unknown.
            Err(failure) if failure.is_forbidden() => return Ok(Checked::default()),
            Err(failure) => return Err(failure.into()),
        };
        infos.iter().try_for_each(|info| info.check(as_cluster))?;
        Ok(Checked {
            instances: Instances::of(&infos),
            policy_is_known: infos.iter().all(ServerInfo::has_policy),
        })
    }

    /// Whether the Sentinels still name this primary. While none of them answers, it stays.
    async fn check_primary(&self, connection: &Connection) -> Result<(), ConnectError> {
        let (Layout::Sentinel { primary, sentinels }, Connection::Node(_, name)) =
            (&self.layout, connection)
        else {
            return Ok(());
        };
        match self.find_primary(primary, sentinels).await {
            Ok(now) if address::name(&now) != *name => {
                let text = format!("the Sentinels name another primary than {name}");
                Err(ConnectError::Unavailable(text))
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn open_node(&self, info: &ConnectionInfo) -> Result<Connection, ConnectError> {
        let name = address::name(info);
        let is_tls = matches!(info.addr(), ConnectionAddr::TcpTls { .. });
        let info = info.clone().set_redis_settings(self.settings(info));
        let client = self
            .client(info)
            .map_err(|error| unreachable(&name, &error))?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            // The link has deadlines of its own.
            .set_response_timeout(None)
            .set_pipeline_buffer_size(PIPELINE_BUFFER);
        let opened = client.get_multiplexed_async_connection_with_config(&config);
        let opened = timeout(self.connect_timeout.saturating_mul(2), opened).await;
        let opened = opened.map_err(|_| self.not_answering(&name, is_tls))?;
        let connection = opened.map_err(|error| {
            // A server without TLS waits for the rest of a command, or answers with a text.
            if error.is_timeout() || (is_tls && error.to_string().contains(NO_TLS_RECORD)) {
                self.not_answering(&name, is_tls)
            } else {
                unreachable(&name, &error)
            }
        })?;
        Ok(Connection::Node(connection, name))
    }

    async fn open_cluster(&self, nodes: &[ConnectionInfo]) -> Result<Connection, ConnectError> {
        let names: Vec<_> = nodes.iter().map(address::name).collect();
        let names = names.join(", ");
        let nodes = nodes.iter();
        let nodes = nodes.map(|info| info.clone().set_redis_settings(self.settings(info)));
        let builder = ClusterClient::builder(nodes)
            .connection_timeout(self.connect_timeout)
            .response_timeout(self.connect_timeout)
            .connection_concurrency_limit(PIPELINE_BUFFER)
            // A command carries the random text of its request: repeating it is safe.
            .retries(CLUSTER_RETRIES)
            .min_retry_wait(20)
            .max_retry_wait(200);
        let client = self.with_certificates(builder).build();
        let client = client.map_err(|error| unreachable(&names, &error))?;
        let opened = client.get_async_connection();
        let opened = timeout(self.connect_timeout.saturating_mul(4), opened).await;
        let opened = opened.map_err(|_| self.late(&names))?;
        opened
            .map(Connection::Cluster)
            .map_err(|error| unreachable(&names, &error))
    }

    async fn open_primary(
        &self,
        primary: &str,
        sentinels: &[ConnectionInfo],
    ) -> Result<Connection, ConnectError> {
        let info = self.find_primary(primary, sentinels).await?;
        self.open_node(&info).await
    }

    /// Asks one Sentinel after the other. Whether the server takes itself for the primary is checked after that.
    async fn find_primary(
        &self,
        primary: &str,
        sentinels: &[ConnectionInfo],
    ) -> Result<ConnectionInfo, ConnectError> {
        let mut reasons = Vec::new();
        for sentinel in sentinels {
            let name = address::name(sentinel);
            let found = timeout(self.connect_timeout, self.ask(primary, sentinel)).await;
            match found {
                Ok(Ok(Some((host, port)))) => return Ok(with_address(sentinel, host, port)),
                Ok(Ok(None)) => reasons.push(format!("{name} knows no primary {primary:?}")),
                Ok(Err(error)) => reasons.push(unreachable(&name, &error).to_string()),
                Err(_) => reasons.push(self.late(&name).to_string()),
            }
        }
        Err(ConnectError::Unavailable(reasons.join("; ")))
    }

    async fn ask(
        &self,
        primary: &str,
        sentinel: &ConnectionInfo,
    ) -> redis::RedisResult<Option<(String, u16)>> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.connect_timeout));
        let client = self.client(sentinel.clone())?;
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let mut command = redis::cmd("SENTINEL");
        command.arg("get-master-addr-by-name").arg(primary);
        command.query_async(&mut connection).await
    }

    fn client(&self, info: ConnectionInfo) -> redis::RedisResult<Client> {
        let is_tls = matches!(info.addr(), ConnectionAddr::TcpTls { .. });
        if !is_tls || self.certificates.is_empty() {
            return Client::open(info);
        }
        tls::client(info, &self.certificates)
    }

    fn with_certificates(&self, builder: ClusterClientBuilder) -> ClusterClientBuilder {
        if self.certificates.is_empty() {
            return builder;
        }
        tls::cluster(builder, &self.certificates)
    }

    fn not_answering(&self, name: &str, is_tls: bool) -> ConnectError {
        let late = self.late(name);
        if !is_tls {
            return late;
        }
        ConnectError::Unavailable(format!(
            "{late}; `rediss://` needs the TLS port of the server, which `redis://` does not"
        ))
    }

    fn late(&self, name: &str) -> ConnectError {
        let limit = self.connect_timeout;
        ConnectError::Unavailable(format!(
            "{name} did not answer within {limit:?}; configure with `Servers::connect_timeout`"
        ))
    }
}

/// The address that a Sentinel named, reached as the Sentinel is.
fn with_address(sentinel: &ConnectionInfo, host: String, port: u16) -> ConnectionInfo {
    let address = match sentinel.addr() {
        ConnectionAddr::TcpTls { .. } => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: false,
            tls_params: None,
        },
        _ => ConnectionAddr::Tcp(host, port),
    };
    // Not the Sentinel's user and password.
    let settings = redis::RedisConnectionInfo::default();
    sentinel
        .clone()
        .set_addr(address)
        .set_redis_settings(settings)
}

fn unreachable(name: &str, error: &redis::RedisError) -> ConnectError {
    ConnectError::Unavailable(format!("{name}: {}", Failure::new(error)))
}

impl From<Failure> for ConnectError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable(failure.to_string())
    }
}

/// What rustls says of bytes that are no TLS.
const NO_TLS_RECORD: &str = "InvalidContentType";
/// Commands that wait for the socket.
const PIPELINE_BUFFER: usize = 4096;
const CLUSTER_RETRIES: u32 = 4;
