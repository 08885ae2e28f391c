//! The replay store: one `SET` with `NX`, `GET` and `EX` for each accepted proof (RFC 9449 section 11.1).

use std::fmt;
use std::time::Duration;

use redis::Cmd;
use sender_constraint::Unavailable;
use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};

use super::builder::ReplayStoreBuilder;
use crate::link::Link;
use crate::random::{RANDOM_BYTES, random_text};
use crate::server::Servers;

/// Records used proofs in Redis or Valkey, for all instances of a service.
///
/// Each accepted proof costs one atomic command, `SET key random NX GET EX seconds`, whose key is a digest of the
/// proof. Its answer is empty for a new proof. A connection that is lost before the answer is replaced and the command
/// sent again: the store then finds its own random text, and knows that the proof was new.
///
/// When Redis is unreachable, slow, a replica, out of memory, loading or failing over, requests are refused with 503
/// ([`ReplayError::Unavailable`]), never accepted. The connection is replaced in the background, with pauses of up
/// to 1 s.
///
/// ```
/// use sender_constraint::proof::Dpop;
/// use sender_constraint_redis::{RedisReplayStore, Servers};
///
/// # async fn example(password: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let servers = Servers::single("rediss://redis.example.com")?.credentials("guard", password);
/// let store = RedisReplayStore::builder(servers).connect().await?;
/// let dpop = Dpop::new("https://api.example.com")?.replay_store(store);
/// # drop(dpop);
/// # Ok(())
/// # }
/// ```
///
/// # Deployment
///
/// The server must not evict entries (`maxmemory-policy noeviction`, its default): this is checked at every connection
/// and every 2 s, and another policy is refused. An entry takes up about 170 bytes; a store for 10,000 accepted
/// requests per second and the default times (70 s and 30 s) needs 170 MB; with nonces more, as each proof is kept
/// until its nonce expires.
///
/// Redis replicates asynchronously: a failover can lose the writes of the last moments, and the proofs of these writes
/// are accepted once more. So does a server that restarts with less than it had, for as long as proofs are accepted:
/// 70 s by default, and with [`Nonces`](sender_constraint::proof::Nonces) as long as a nonce, 120 s by default. A
/// warning in the log tells of a server that was restarted or replaced. A
/// [`FilteredStore`](sender_constraint::replay::FilteredStore) around this store still refuses what its own instance
/// had accepted; [`guide::fleet`](sender_constraint::guide::fleet) has the rest. `min-replicas-to-write` limits what a
/// primary accepts that has lost its replicas.
///
/// It does not limit how many entries one principal has; the [`MemoryStore`](sender_constraint::replay::MemoryStore) of
/// a `FilteredStore` does, at each instance.
pub struct RedisReplayStore {
    link: Link,
    prefix: String,
    clock_difference: Duration,
}

impl RedisReplayStore {
    /// A store on these servers.
    pub fn builder(servers: Servers) -> ReplayStoreBuilder {
        ReplayStoreBuilder::new(servers)
    }

    pub(super) const fn new(link: Link, prefix: String, clock_difference: Duration) -> Self {
        Self {
            link,
            prefix,
            clock_difference,
        }
    }

    async fn insert_now(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        let own = random_text().ok_or_else(|| unavailable("the system has no random numbers"))?;
        let command = self.command(proof, &own);
        let found: Option<Vec<u8>> = match self.link.call(&command).await {
            Ok(found) => found,
            Err(failure) => return Err(unavailable(&failure.to_string())),
        };
        Ok(match found {
            None => Insertion::Fresh,
            // The first attempt of this call, whose answer was lost.
            Some(found) if found == own => Insertion::Fresh,
            Some(_) => Insertion::Replayed,
        })
    }

    fn command(&self, proof: &UsedProof, own: &[u8; RANDOM_BYTES]) -> Cmd {
        // A span, so that the clock of the server does not matter.
        let span = proof.keep_for(self.clock_difference).min(MAX_SPAN);
        let mut key = String::with_capacity(self.prefix.len() + DIGEST_CHARS);
        key.push_str(&self.prefix);
        key.push_str(&proof.key.to_string());
        let mut command = redis::cmd("SET");
        command
            .arg(key)
            .arg(own)
            .arg("NX")
            .arg("GET")
            .arg("EX")
            .arg(span.as_secs());
        command
    }
}

impl ReplayStore for RedisReplayStore {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(self.insert_now(proof))
    }
}

/// Shows the prefix of its keys.
impl fmt::Debug for RedisReplayStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RedisReplayStore({})", self.prefix)
    }
}

fn unavailable(reason: &str) -> ReplayError {
    Unavailable::replay_store(reason)
        .with_retry_after(RETRY_AFTER)
        .into()
}

const DIGEST_CHARS: usize = 43;
/// Ten years; the server refuses longer ones at some point.
const MAX_SPAN: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);
const RETRY_AFTER: Duration = Duration::from_secs(1);
