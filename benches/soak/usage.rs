//! Memory, descriptors and threads of a process, from `/proc`.

use std::fs::{read_dir, read_to_string};
use std::time::Duration;

#[derive(Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Since the load began.
    pub(crate) at: Duration,
    /// `VmRSS`
    pub(crate) resident_kib: u64,
    pub(crate) descriptors: u64,
    pub(crate) threads: u64,
}

impl Usage {
    pub(crate) fn of(process: u32, at: Duration) -> Result<Self, String> {
        let gone = |error: std::io::Error| format!("process {process}: {error}");
        let status = read_to_string(format!("/proc/{process}/status")).map_err(gone)?;
        let number = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name));
            let number = value.and_then(|value| value.split_whitespace().next()?.parse().ok());
            number.ok_or_else(|| format!("process {process}: expected {name} in its status"))
        };
        let descriptors = read_dir(format!("/proc/{process}/fd")).map_err(gone)?;
        Ok(Self {
            at,
            resident_kib: number("VmRSS:")?,
            descriptors: u64::try_from(descriptors.count()).unwrap_or(u64::MAX),
            threads: number("Threads:")?,
        })
    }
}

/// The samples of one process under load.
#[derive(Default)]
pub(crate) struct Samples(Vec<Usage>);

impl Samples {
    pub(crate) fn push(&mut self, usage: Usage) {
        self.0.push(usage);
    }

    pub(crate) fn last(&self) -> Usage {
        self.0.last().copied().unwrap_or_default()
    }

    /// The median of the samples in a tenth of `whole`, the first of which is 0; `None` without samples.
    pub(crate) fn median(&self, whole: Duration, tenth: u32, of: fn(&Usage) -> u64) -> Option<u64> {
        let (from, to) = (whole * tenth / 10, whole * (tenth + 1) / 10);
        let within = self.0.iter().filter(|usage| (from..to).contains(&usage.at));
        let mut values: Vec<_> = within.map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied()
    }

    pub(crate) fn most(&self, of: fn(&Usage) -> u64) -> u64 {
        self.0.iter().map(of).max().unwrap_or_default()
    }
}

/// How many descriptors this process may have, which those that it starts inherit.
pub(crate) fn descriptor_limit() -> u64 {
    let limits = read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    soft.unwrap_or(1024)
}
