//! What a run found of one program, and which checks it passed.

use std::time::Duration;

use crate::ending::Ending;
use crate::idle::Held;
use crate::subject::{MORE_DESCRIPTORS, Subject};
use crate::tally::Counts;
use crate::usage::Usage;

pub(crate) struct Findings {
    pub(crate) subject: Subject,
    pub(crate) honest: Counts,
    pub(crate) idle: Held,
    /// After the load.
    pub(crate) settled: Usage,
    pub(crate) ending: Ending,
    pub(crate) full_disk: Result<(), String>,
    pub(crate) whole: Duration,
}

/// One line of the verdict.
pub(crate) struct Check {
    /// None: too short a run to judge it.
    pub(crate) passed: Option<bool>,
    pub(crate) text: String,
}

impl Check {
    fn new(passed: bool, text: String) -> Self {
        let passed = Some(passed);
        Self { passed, text }
    }
}

/// Medians of tenths of the run.
pub(crate) struct Memory {
    pub(crate) start: u64,
    pub(crate) middle: u64,
    pub(crate) end: u64,
    pub(crate) most: u64,
}

impl Findings {
    pub(crate) fn memory(&self) -> Memory {
        let course = self.subject.course();
        let resident: fn(&Usage) -> u64 = |usage| usage.resident_kib;
        let median = |tenth| course.median(self.whole, tenth, resident);
        Memory {
            start: median(1),
            middle: median(5),
            end: median(9),
            most: course.most(resident),
        }
    }

    pub(crate) fn checks(&self) -> [Check; 7] {
        [
            self.honest_check(),
            self.hostile_check(),
            self.idle_check(),
            self.memory_check(),
            self.descriptor_check(),
            self.ending_check(),
            self.full_disk_check(),
        ]
    }

    fn honest_check(&self) -> Check {
        let counts = &self.honest;
        let failed = counts.failed.count() + counts.unconnected.count();
        let (lost, unsent) = (counts.failed.names(), counts.unconnected.names());
        let text = format!("{failed} honest requests failed{lost}{unsent}");
        Check::new(failed == 0 && counts.answered > 0, text)
    }

    fn hostile_check(&self) -> Check {
        let wrong = self.subject.attacker.outcomes.wrong();
        let text = format!(
            "{wrong} hostile requests passed without a right to it, or were answered with 500"
        );
        Check::new(wrong == 0, text)
    }

    fn idle_check(&self) -> Check {
        let Held { opened, kept, time } = self.idle;
        let seconds = time.as_secs();
        let text = format!("{kept} of {opened} idle connections were open after {seconds} s");
        Check::new(kept == opened, text)
    }

    /// Flat: the median of the last tenth is at most 10 % and 8 MiB above that of the second tenth.
    fn memory_check(&self) -> Check {
        let memory = self.memory();
        let most = memory.start + memory.start / 10 + 8 * 1024;
        let passed = memory.end <= most;
        let is_long = self.whole >= JUDGED_FROM;
        let text = format!(
            "memory: {} KiB in the last tenth, {} KiB in the second; flat is up to {most} KiB{}",
            memory.end,
            memory.start,
            if is_long { "" } else { " (too short to judge)" },
        );
        Check {
            passed: is_long.then_some(passed),
            text,
        }
    }

    fn descriptor_check(&self) -> Check {
        let (first, last) = (self.subject.first.descriptors, self.settled.descriptors);
        let seconds = self.settled.at.as_secs();
        let text =
            format!("descriptors: {first} before the load, {last} within {seconds} s after it");
        Check::new(last <= first + MORE_DESCRIPTORS, text)
    }

    fn ending_check(&self) -> Check {
        let counts = &self.ending.counts;
        let failed = counts.failed.count();
        let exit = match &self.ending.exit {
            Ok(time) => format!("ended with 0 after {:.1} s", time.as_secs_f64()),
            Err(error) => error.clone(),
        };
        let text = format!(
            "SIGTERM under load: {failed} requests lost{}, {} answered, {} not connected; {exit}",
            counts.failed.names(),
            counts.answered,
            counts.unconnected.count(),
        );
        Check::new(failed == 0 && self.ending.exit.is_ok(), text)
    }

    fn full_disk_check(&self) -> Check {
        let text = match &self.full_disk {
            Ok(()) => "a full disk for its log: every request was answered".to_owned(),
            Err(error) => format!("a full disk for its log: {error}"),
        };
        Check::new(self.full_disk.is_ok(), text)
    }
}

/// Before, caches and the replay store still fill.
const JUDGED_FROM: Duration = Duration::from_secs(600);
