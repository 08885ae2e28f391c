//! The checks, and what one reports that failed.

use std::fmt;

/// One property of a replay store.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum StoreCheck {
    /// Of 100 concurrent inserts of one key, exactly one is fresh. Security-critical.
    Atomic,
    /// Whatever the guard's clock does, no key is fresh twice while its proof can be accepted. Security-critical.
    ClockSteps,
    /// Inserts whose futures are dropped, as the guard does after its timeout, affect no other key. Security-critical: a
    /// connection whose replies are then off by one reports a replay as fresh.
    DroppedInserts,
    /// A key is kept until `expires_at`, inclusive (security-critical), and is fresh again soon after.
    Expiry,
    /// A full store refuses, and keeps every entry that has not expired. Security-critical.
    Full,
    /// `has_seen` returns `true` for no unused key and for no proof that has expired, and records nothing.
    HasSeen,
    /// The key alone decides: unequal keys are independent of each other, and a second insert of a key is a replay
    /// whatever its principal and its expiry. Security-critical.
    Keys,
    /// The store holds 1,000,000 proofs, and none is fresh twice. Security-critical.
    ManyEntries,
    /// An unreachable store returns `ReplayError::Unavailable`, or does not answer until the guard's timeout.
    /// Security-critical.
    Unreachable,
}

impl StoreCheck {
    /// All checks, in the order in which they run.
    pub const ALL: [Self; 9] = [
        Self::Keys,
        Self::HasSeen,
        Self::Expiry,
        Self::ClockSteps,
        Self::Atomic,
        Self::DroppedInserts,
        Self::Full,
        Self::Unreachable,
        Self::ManyEntries,
    ];

    /// The name in reports, for example `clock_steps`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Atomic => "atomic",
            Self::ClockSteps => "clock_steps",
            Self::DroppedInserts => "dropped_inserts",
            Self::Expiry => "expiry",
            Self::Full => "full",
            Self::HasSeen => "has_seen",
            Self::Keys => "keys",
            Self::ManyEntries => "many_entries",
            Self::Unreachable => "unreachable",
        }
    }
}

impl fmt::Display for StoreCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What a store did instead of what a guard relies on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FailedCheck {
    /// The check.
    pub check: StoreCheck,
    /// What was done: the insert, and its times.
    pub step: String,
    /// What the store had to return.
    pub expected: String,
    /// What it returned.
    pub found: String,
}

impl FailedCheck {
    pub(super) fn new(
        check: StoreCheck,
        step: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            check,
            step: step.into(),
            expected: expected.into(),
            found: found.into(),
        }
    }
}

impl fmt::Display for FailedCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            check,
            step,
            expected,
            found,
        } = self;
        write!(
            formatter,
            "{check}: {step}: expected {expected}, found {found}"
        )
    }
}

impl std::error::Error for FailedCheck {}
