//! The table of what was tried and what came of it.

use std::process::ExitCode;

use crate::client::Outcome;

#[derive(Default)]
pub(crate) struct Table {
    right: usize,
    wrong: usize,
}

impl Table {
    pub(crate) fn begin() -> Self {
        line(
            "what was tried",
            "what the client was told",
            "why, in the operator's log",
            "",
        );
        line(&"-".repeat(34), &"-".repeat(24), &"-".repeat(29), "-----");
        Self::default()
    }

    pub(crate) fn row(&mut self, what: &str, came: &Outcome, expected: &Outcome) {
        let is_right = came == expected;
        let mark = if is_right { "ok" } else { "WRONG" };
        line(what, &told(came), came.reason.unwrap_or("-"), mark);
        if is_right {
            self.right += 1;
        } else {
            self.wrong += 1;
            println!("  expected {expected:?}\n  but came {came:?}");
        }
    }

    /// Success only if every row came out as expected.
    pub(crate) fn end(&self) -> ExitCode {
        println!("\n{} as expected, {} not", self.right, self.wrong);
        if self.wrong == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn told(outcome: &Outcome) -> String {
    let error = outcome.error.as_deref().unwrap_or_default();
    format!("{} {error}", outcome.status)
}

fn line(what: &str, told: &str, reason: &str, mark: &str) {
    let line = format!("{what:34}  {told:24}  {reason:29}  {mark}");
    println!("{}", line.trim_end());
}
