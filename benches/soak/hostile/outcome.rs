//! What hostile clients received.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::{Mutex, PoisonError};

use super::attack::Attack;
use crate::client::Answer;

/// Of one attack, or of all of a kind.
#[derive(Clone, Copy, Default)]
pub(crate) struct Outcome {
    pub(crate) refused: u64,
    /// The connection was closed without an answer, or by the client.
    pub(crate) unanswered: u64,
    /// What the client had a right to: its token and proof were valid.
    pub(crate) granted: u64,
    /// Passed without a right to it, or failed within the program (500).
    pub(crate) wrong: u64,
}

impl Outcome {
    pub(crate) const UNANSWERED: Self = Self {
        refused: 0,
        unanswered: 1,
        granted: 0,
        wrong: 0,
    };

    /// Of a request that must be refused.
    pub(crate) fn of_bad(answer: &Result<Answer, String>) -> Self {
        Self::of(answer, false)
    }

    /// Of a request with a valid token and a fresh proof.
    pub(crate) fn of_valid(answer: &Result<Answer, String>) -> Self {
        Self::of(answer, true)
    }

    fn of(answer: &Result<Answer, String>, is_valid: bool) -> Self {
        let status = answer.as_ref().map(|answer| answer.verdict.as_str());
        let mut outcome = Self::default();
        match status {
            Ok(status) if status.starts_with('4') || status.starts_with("503") => {
                outcome.refused = 1;
            }
            Ok(status) if status.starts_with("200") && is_valid => outcome.granted = 1,
            Ok(_) => outcome.wrong = 1,
            Err(_) => outcome.unanswered = 1,
        }
        outcome
    }
}

impl AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.refused += other.refused;
        self.unanswered += other.unanswered;
        self.granted += other.granted;
        self.wrong += other.wrong;
    }
}

#[derive(Default)]
pub(crate) struct Outcomes(Mutex<BTreeMap<Attack, Outcome>>);

impl Outcomes {
    pub(crate) fn add(&self, attack: Attack, outcome: Outcome) {
        let mut outcomes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *outcomes.entry(attack).or_default() += outcome;
    }

    pub(crate) fn of(&self, attack: Attack) -> Outcome {
        let outcomes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.get(&attack).copied().unwrap_or_default()
    }

    pub(crate) fn wrong(&self) -> u64 {
        let outcomes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.values().map(|outcome| outcome.wrong).sum()
    }
}
