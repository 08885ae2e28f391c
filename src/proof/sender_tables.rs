//! What an operator sets and sees of the tables for senders seen often.

use super::dpop::Dpop;
use super::tables::Tables;
use crate::config_error::{ConfigError, size_in_range};

/// Precomputed tables for the keys of senders seen often. For [`Dpop::sender_tables`].
///
/// A client signs with one key for hours. Once enough of its proofs were accepted, a thread of its own computes
/// multiples of the key, and signatures are checked with them. With `aws-lc-rs` a request then takes less than half of
/// its time with ES256, and three quarters with `EdDSA` and `Ed25519`; with `rust-crypto` it gains more
/// (`BENCHMARKS.md`). With many clients in turn it gains less: their tables outgrow the processor's caches. RSA, ES384 and ES512 have no tables,
/// and access tokens are not checked with any.
///
/// # Verdicts never change
///
/// Who has a table, and when, makes a request faster and nothing else:
///
/// * Every signature that a table refuses is asked again of the plain verifier, whose verdict counts.
/// * So is one of 256 that a table accepts, chosen by a hash of message and signature under a secret key.
/// * Should the two ever disagree, all tables are dropped, and this [`Dpop`] and its clones build none again. One
///   `tracing` event of level error says so, and [`SenderTableStats::abandoned`]: please report it.
///
/// A faulty table that accepts forgeries would be believed until the sample finds it: after 256 forgeries on average.
/// Against that, the tests hold tables to two other verifiers and to the signatures of project Wycheproof.
///
/// # What it costs
///
/// Memory within the budget, 64 MiB by default: a table takes 87 KiB for ES256 and 128 KiB for Ed25519, so these are
/// 750 or 500 senders; beside the budget, 1 MiB once in a process. The least recently used go first, and are built
/// again once as many proofs were accepted anew. A table is built in the time of up to ten verifications, by one thread
/// that is started when first needed and ends with the last clone of the [`Dpop`]. A forged proof of a sender with a
/// table costs both verifications. A dropped table is freed when its last reader is done: some milliseconds, and a few
/// MiB beyond the budget, where many are dropped.
///
/// # Deployment
///
/// Where many more senders than the budget bears are busy at a time, tables are dropped before they are of use, and the
/// thread builds in vain: raise [`SenderTables::memory_limit`] or [`SenderTables::build_after`], or leave tables off.
/// [`Dpop::sender_table_stats`] shows how full the budget is.
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
    /// How many bytes all tables may take up together (default 64 MiB).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless it is from 1 MiB to 2 GiB.
    pub fn memory_limit(mut self, bytes: usize) -> Result<Self, ConfigError> {
        let setting = "the budget of sender tables in bytes";
        self.budget = size_in_range(setting, bytes, MIN_BUDGET, MAX_BUDGET)?;
        Ok(self)
    }

    /// How many proofs of a key are accepted, with valid tokens, before a table is built for it (default 32).
    ///
    /// With aws-lc-rs a table is paid for after about twenty proofs.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] unless it is from 1 to 1,000,000.
    pub fn build_after(mut self, proofs: usize) -> Result<Self, ConfigError> {
        let setting = "the proofs before a sender has a table";
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

/// How much of [`SenderTables`] is in use, for metrics.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SenderTableStats {
    /// ProofKeyCache that have a table.
    pub tables: usize,
    /// The memory that their tables take up, in bytes, with the bookkeeping of each.
    pub bytes: usize,
    /// Whether a table disagreed with the plain verifier, so that there are none any more. Never expected: worth an
    /// alarm.
    pub abandoned: bool,
}

impl Dpop {
    /// Checks the proofs of senders seen often with tables precomputed for their keys; off unless called.
    ///
    /// Clones made afterwards share the tables.
    pub fn sender_tables(mut self, settings: SenderTables) -> Self {
        self.tables = Tables::new(settings.budget, settings.after);
        // What others count of a sender is not for these tables.
        self.forget_senders();
        self
    }

    /// How many senders have tables now. To see those of a [`Guard`](crate::Guard), keep a clone of what it was given.
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
