//! A multiplexed connection: to one server, or to all of a Cluster.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo};
use redis::{Cmd, FromRedisValue, RedisResult, Value};
use tokio::time::timeout;

use super::info::ServerInfo;
use crate::failure::Failure;

/// Clones share the connection.
#[derive(Clone)]
pub(crate) enum Connection {
    Cluster(ClusterConnection),
    /// With the address.
    Node(MultiplexedConnection, String),
}

impl Connection {
    pub(crate) async fn send<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Cluster(cluster) => command.query_async(cluster).await,
            Self::Node(node, _) => command.query_async(node).await,
        }
    }

    pub(crate) const fn is_cluster(&self) -> bool {
        matches!(self, Self::Cluster(_))
    }

    /// What each primary reports about itself.
    pub(super) async fn infos(&mut self, limit: Duration) -> Result<Vec<ServerInfo>, Failure> {
        let command = redis::cmd("INFO");
        let reported = async {
            Ok(match self {
                Self::Node(node, name) => {
                    let text: String = command.query_async(node).await?;
                    vec![ServerInfo::parse(name, &text)]
                }
                Self::Cluster(cluster) => {
                    let primaries = (MultipleNodeRoutingInfo::AllMasters, None);
                    let value = cluster
                        .route_command(command, RoutingInfo::MultiNode(primaries))
                        .await?;
                    by_node(value)?
                }
            })
        };
        let reported: Result<RedisResult<Vec<ServerInfo>>, _> = timeout(limit, reported).await;
        let reported =
            reported.map_err(|_| Failure::late("INFO", limit, "`Servers::connect_timeout`"))?;
        reported.map_err(|error| Failure::new(&error))
    }
}

fn by_node(value: Value) -> RedisResult<Vec<ServerInfo>> {
    let texts: Vec<(String, String)> = redis::from_redis_value(value.extract_error()?)?;
    let texts = texts.iter();
    Ok(texts
        .map(|(name, text)| ServerInfo::parse(name, text))
        .collect())
}
