//! The settings and statistics of precomputed tables for frequent senders.

use super::dpop::Dpop;
use super::tables::Tables;
use crate::config_error::{ConfigError, size_in_range};

/// Configures precomputed tables for the keys of frequent senders. For [`Dpop::sender_tables`].
///
/// A client signs with one key for hours. Once enough of its proofs were accepted, a dedicated thread computes
/// multiples of the key, and signatures are verified with them. With `aws-lc-rs` a request then takes less than half
/// the time with ES256, and three quarters with `EdDSA` and `Ed25519`; with `rust-crypto` it gains more
/// (`BENCHMARKS.md`). With many clients in turn it gains less: their tables exceed the processor's caches. RSA, ES384
/// and ES512 have no tables, and access tokens are never verified with tables.
///
/// # Results never change
///
/// A table makes verification faster and changes nothing else:
///
/// * The plain verifier re-verifies every signature that a table refuses, and its result is authoritative.
/// * It also re-verifies one in 256 signatures that a table accepts, chosen by a hash of message and signature under a
///   secret key.
/// * If the two ever disagree, all tables are dropped, and this [`Dpop`] and its clones build none again. One `tracing`
///   event of level error and [`SenderTableStats::abandoned`] report it: please file a bug.
///
/// A faulty table that accepts forgeries would be used until the sample detects it: after 256 forgeries on average. To
/// prevent that, the tests compare tables with two other verifiers and with the signatures of project Wycheproof.
///
/// # Costs
///
/// Memory within the limit, 64 MiB by default: a table takes 87 KiB for ES256 and 128 KiB for Ed25519, which is enough
/// for 750 or 500 senders; in addition to the limit, 1 MiB once per process. The least recently used tables are evicted
/// first, and are rebuilt once the same number of further proofs was accepted. Building a table takes the time of up to
/// ten verifications, on one thread that starts when first needed and ends with the last clone of the [`Dpop`]. A
/// forged proof of a sender with a table costs both verifications. A dropped table is freed when its last reader is
/// done: where many are dropped, some milliseconds later and a few MiB beyond the limit.
///
/// # Deployment
///
/// Where many more senders are active at a time than fit into the limit, tables are dropped before they are of use, and
/// the thread builds in vain: raise [`SenderTables::memory_limit`] or [`SenderTables::build_after`], or leave tables
/// off. [`Dpop::sender_table_stats`] shows how much of the limit is in use.
///
/// ```
/// use sender_constraint::proof::{Dpop, SenderTables};
///
/// # fn main() -> Result<(), sender_constraint::ConfigError> {
/// # #[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
/// # {
/// let tables = SenderTables::default().memory_limit(256 << 20)?.build_after(100)?;
/// let dpop = Dpop::new("https://api.example.com")?.sender_tables(tables);
/// assert_eq!(dpop.sender_table_stats().tables, 0);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct SenderTables {
    budget: usize,
    after: usize,
}

impl SenderTables {
    /// Sets the memory limit for all tables together, in bytes (default 64 MiB).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless the limit is from 1 MiB to 2 GiB.
    pub fn memory_limit(mut self, bytes: usize) -> Result<Self, ConfigError> {
        let setting = "the memory limit of sender tables in bytes";
        self.budget = size_in_range(setting, bytes, MIN_BUDGET, MAX_BUDGET)?;
        Ok(self)
    }

    /// Sets how many proofs of a key must be accepted, with valid tokens, before a table is built for it (default 32).
    ///
    /// With aws-lc-rs a table pays off after about twenty proofs.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless the number is from 1 to 1,000,000.
    pub fn build_after(mut self, proofs: usize) -> Result<Self, ConfigError> {
        let setting = "the number of proofs before a sender table is built";
        self.after = size_in_range(setting, proofs, 1, MAX_AFTER)?;
        Ok(self)
    }
}

impl Default for SenderTables {
    fn default() -> Self {
        Self {
            budget: DEFAULT_BUDGET,
            after: DEFAULT_AFTER,
        }
    }
}

/// How many [`SenderTables`] are in use, for metrics.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SenderTableStats {
    /// Senders that have a table.
    pub tables: usize,
    /// The memory that their tables take up, in bytes, including the overhead of each entry.
    pub bytes: usize,
    /// Whether a table disagreed with the plain verifier, so that all tables were dropped. Never expected: alert on
    /// this.
    pub abandoned: bool,
}

impl Dpop {
    /// Verifies the proofs of frequent senders with tables precomputed for their keys; off by default.
    ///
    /// Clones made afterwards share the tables.
    pub fn sender_tables(mut self, settings: SenderTables) -> Self {
        self.tables = Tables::new(settings.budget, settings.after);
        // Proofs that earlier clones counted do not count for these tables.
        self.forget_senders();
        self
    }

    /// Reports the tables in use. For those of a [`Guard`](crate::Guard), keep a clone of the `Dpop` that was passed to
    /// it.
    #[must_use]
    pub fn sender_table_stats(&self) -> SenderTableStats {
        let (tables, bytes) = self.tables.held();
        SenderTableStats {
            tables,
            bytes,
            abandoned: self.tables.are_abandoned(),
        }
    }
}

const DEFAULT_BUDGET: usize = 64 << 20;
const MIN_BUDGET: usize = 1 << 20;
const MAX_BUDGET: usize = 1 << 31;
const DEFAULT_AFTER: usize = 32;
const MAX_AFTER: usize = 1_000_000;
