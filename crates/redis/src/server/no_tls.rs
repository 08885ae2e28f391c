//! A build without TLS, where no URL is `rediss://`.

use redis::cluster::ClusterClientBuilder;
use redis::{Client, ConnectionInfo, RedisResult};

use super::certificates::Certificates;

pub(super) const fn ensure_provider() {}

pub(super) fn client(info: ConnectionInfo, _none: &Certificates) -> RedisResult<Client> {
    Client::open(info)
}

pub(super) const fn cluster(
    builder: ClusterClientBuilder,
    _none: &Certificates,
) -> ClusterClientBuilder {
    builder
}
