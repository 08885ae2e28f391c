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
    /// `None`: this run does not judge it.
    pub(crate) passed: Option<bool>,
    pub(crate) text: String,
}

impl Check {
    fn new(passed: bool, text: String) -> Self {
        let passed = Some(passed);
        Self { passed, text }
    }
}

/// Medians of tenths of the run; `None` for a tenth without samples.
pub(crate) struct Memory {
    pub(crate) start: Option<u64>,
    pub(crate) middle: Option<u64>,
    pub(crate) end: Option<u64>,
    pub(crate) most: u64,
}

impl Findings {
    pub(crate) fn memory(&self) -> Memory {
        let samples = self.subject.samples();
        let resident: fn(&Usage) -> u64 = |usage| usage.resident_kib;
        let median = |tenth| samples.median(self.whole, tenth, resident);
        Memory {
            start: median(1),
            middle: median(5),
            end: median(9),
            most: samples.most(resident),
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
        let seconds = self.idle.time.as_secs();
        let Held {
            planned,
            opened,
            kept,
            ..
        } = self.idle;
        if planned == 0 {
            let text = "no idle connections, by `--idle` or `ulimit -n`".to_owned();
            return Check { passed: None, text };
        }
        let text = format!(
            "{opened} of {planned} idle connections opened, {kept} of them were open after {seconds} s"
        );
        Check::new(opened == planned && kept == opened, text)
    }

    /// Flat: the median of the last tenth is at most 10 % and 8 MiB above that of the second tenth.
    fn memory_check(&self) -> Check {
        if self.whole < JUDGED_FROM {
            let text = "memory: too short a run to judge it".to_owned();
            return Check { passed: None, text };
        }
        let memory = self.memory();
        let (Some(start), Some(end)) = (memory.start, memory.end) else {
            let text = "memory: no sample in the second or in the last tenth";
            return Check::new(false, text.to_owned());
        };
        let most = start + start / 10 + 8 * 1024;
        let text = format!(
            "memory: {end} KiB in the last tenth, {start} KiB in the second; flat is up to {most} KiB"
        );
        Check::new(end <= most, text)
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
        let is_answered = failed == 0 && counts.answered > 0;
        Check::new(is_answered && self.ending.exit.is_ok(), text)
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
