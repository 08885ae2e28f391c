//! The table of what was tried and what came of it, for more than one example.

use std::fmt::Debug;
use std::process::ExitCode;

/// What came of an attempt.
pub(crate) trait Tried: Debug + PartialEq {
    /// What the client was told.
    fn told(&self) -> String;

    /// The reason in the operator's log.
    fn reason(&self) -> Option<&str>;
}

#[derive(Default)]
pub(crate) struct Table {
    right: usize,
    wrong: usize,
}

impl Table {
    pub(crate) fn begin() -> Self {
        let titles = ["what was tried", "what the client was told"];
        line(titles, "why, in the operator's log", "");
        line([&"-".repeat(40), &"-".repeat(24)], &"-".repeat(31), "-----");
        Self::default()
    }

    pub(crate) fn row<T: Tried>(&mut self, what: &str, came: &T, expected: &T) {
        let is_right = came == expected;
        let mark = if is_right { "ok" } else { "WRONG" };
        line([what, &came.told()], came.reason().unwrap_or("-"), mark);
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

fn line([what, told]: [&str; 2], reason: &str, mark: &str) {
    let line = format!("{what:40}  {told:24}  {reason:31}  {mark}");
    println!("{}", line.trim_end());
}
