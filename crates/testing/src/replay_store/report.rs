//! What became of each check.

use std::fmt;

use super::check::{FailedCheck, StoreCheck};

/// What became of one check.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth outcome")]
pub enum Outcome {
    /// The store did what a guard relies on.
    Passed,
    /// The check did not run, for this reason.
    Skipped(&'static str),
    /// The store did something else.
    Failed(FailedCheck),
}

/// The outcome of each check. `Display` writes a line for each.
#[derive(Clone, Debug)]
#[must_use = "a report may have failures"]
pub struct SuiteReport {
    outcomes: Vec<(StoreCheck, Outcome)>,
}

impl SuiteReport {
    pub(super) const fn new(outcomes: Vec<(StoreCheck, Outcome)>) -> Self {
        Self { outcomes }
    }

    /// The outcome of one check.
    #[must_use]
    pub fn outcome(&self, check: StoreCheck) -> Option<&Outcome> {
        let mut outcomes = self.outcomes.iter();
        outcomes
            .find(|(of, _)| *of == check)
            .map(|(_, outcome)| outcome)
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &FailedCheck> {
        self.outcomes
            .iter()
            .filter_map(|(_, outcome)| match outcome {
                Outcome::Failed(failed) => Some(failed),
                Outcome::Passed | Outcome::Skipped(_) => None,
            })
    }

    /// The checks that did not run. A test can assert that these are the ones it means to skip.
    pub fn skipped(&self) -> impl Iterator<Item = StoreCheck> {
        let outcomes = self.outcomes.iter();
        outcomes
            .filter(|(_, outcome)| matches!(outcome, Outcome::Skipped(_)))
            .map(|(check, _)| *check)
    }

    /// Panics with the whole report if a check failed.
    ///
    /// # Panics
    ///
    /// If a check failed.
    #[track_caller]
    pub fn assert_passed(&self) {
        assert!(self.failures().next().is_none(), "\n{self}");
    }
}

impl fmt::Display for SuiteReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (check, outcome) in &self.outcomes {
            match outcome {
                Outcome::Passed => writeln!(formatter, "passed   {check}")?,
                Outcome::Skipped(reason) => writeln!(formatter, "skipped  {check}: {reason}")?,
                Outcome::Failed(failed) => writeln!(formatter, "FAILED   {failed}")?,
            }
        }
        Ok(())
    }
}
