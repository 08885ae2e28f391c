//! What happens to a fleet, and when.

use crate::common::ServerState;
use crate::fleet::{Fleet, MARGIN_SECONDS};
use crate::random::Random;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scenario {
    NothingFails,
    NodesFail,
    ClocksWithinMargin,
    ClocksFarBeyond,
    LostWrites,
    Outage,
    OutageAndRestart,
}

impl Scenario {
    pub(crate) const ALL: [Self; 7] = [
        Self::NothingFails,
        Self::NodesFail,
        Self::ClocksWithinMargin,
        Self::ClocksFarBeyond,
        Self::LostWrites,
        Self::Outage,
        Self::OutageAndRestart,
    ];

    /// In the table of the docs.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::NothingFails => "nothing fails",
            Self::NodesFail => "a node is lost, another one restarts",
            Self::ClocksWithinMargin => "clocks differ within the margin",
            Self::ClocksFarBeyond => "clocks differ by far more",
            Self::LostWrites => "the store loses its last writes",
            Self::Outage => "the store is unavailable for a while",
            Self::OutageAndRestart => "the same, and a node restarts meanwhile",
        }
    }

    /// By how many seconds the clock of each node is ahead of the clients'.
    pub(crate) fn clocks(self, random: &mut Random) -> Vec<i64> {
        let nodes = match self {
            Self::ClocksFarBeyond => random.within(2, 3),
            _ => random.within(2, 4),
        };
        let mut clock = |node: u64| match self {
            // No two by more than the margin.
            Self::ClocksWithinMargin => random.below(MARGIN_SECONDS + 1).cast_signed() - 10,
            // Any two by more than the margin and the accepted clock skew.
            Self::ClocksFarBeyond => 50 - 45 * node.cast_signed(),
            _ => 0,
        };
        (0..nodes).map(&mut clock).collect()
    }
}

/// The times of the events of one run, in seconds.
pub(crate) struct Events {
    scenario: Scenario,
    begin: u64,
    end: u64,
    lost_seconds: u64,
}

impl Events {
    pub(crate) const fn new(scenario: Scenario, random: &mut Random) -> Self {
        let begin = random.within(10, 30);
        Self {
            scenario,
            begin,
            end: begin + random.within(5, 25),
            lost_seconds: random.within(3, 15),
        }
    }

    pub(crate) fn at(&self, second: u64, fleet: &mut Fleet) {
        let is_outage = matches!(self.scenario, Scenario::Outage | Scenario::OutageAndRestart);
        if second == self.begin {
            match self.scenario {
                Scenario::NodesFail => fleet.restart(0),
                Scenario::LostWrites => fleet.store.lose_writes_of_the_last(self.lost_seconds),
                _ if is_outage => fleet.store.set(ServerState::Unavailable),
                _ => {}
            }
        }
        if second == self.begin.midpoint(self.end) && self.scenario == Scenario::OutageAndRestart {
            fleet.restart(0);
        }
        if second == self.end {
            match self.scenario {
                Scenario::NodesFail => fleet.lose_last(),
                _ if is_outage => fleet.store.set(ServerState::Available),
                _ => {}
            }
        }
    }
}
