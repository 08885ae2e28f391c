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
    LateAnswers,
    StepWithinMargin,
    FarAheadForAWhile,
    SetBackByFarMore,
}

impl Scenario {
    pub(crate) const ALL: [Self; 11] = [
        Self::NothingFails,
        Self::NodesFail,
        Self::ClocksWithinMargin,
        Self::ClocksFarBeyond,
        Self::LostWrites,
        Self::Outage,
        Self::OutageAndRestart,
        Self::LateAnswers,
        Self::StepWithinMargin,
        Self::FarAheadForAWhile,
        Self::SetBackByFarMore,
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
            Self::LateAnswers => "the store records, but answers too late",
            Self::StepWithinMargin => "a clock steps within the margin",
            Self::FarAheadForAWhile => "a clock is far ahead for a while",
            Self::SetBackByFarMore => "a clock is set back by far more",
        }
    }

    pub(crate) const fn has_a_step(self) -> bool {
        matches!(
            self,
            Self::StepWithinMargin | Self::FarAheadForAWhile | Self::SetBackByFarMore
        )
    }

    /// Whether requests may be refused with 503.
    pub(crate) const fn may_be_unavailable(self) -> bool {
        let is_outage = matches!(
            self,
            Self::Outage | Self::OutageAndRestart | Self::LateAnswers
        );
        // A store cannot distinguish proofs from those that it dropped while the clock was wrong.
        is_outage || self.has_a_step()
    }

    /// By how many seconds the clock of each node is ahead of the clients'.
    pub(crate) fn clocks(self, random: &mut Random) -> Vec<i64> {
        let nodes = match self {
            Self::ClocksFarBeyond => random.within(2, 3),
            Self::LateAnswers => random.within(3, 4),
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
    step: i64,
}

impl Events {
    pub(crate) const fn new(scenario: Scenario, random: &mut Random) -> Self {
        let begin = match scenario {
            // When the store has dropped the first proofs, by its own clock.
            Scenario::SetBackByFarMore => random.within(105, 120),
            _ => random.within(10, 30),
        };
        let step = random.within(0, MARGIN_SECONDS).cast_signed();
        Self {
            scenario,
            begin,
            end: begin + random.within(5, 25),
            lost_seconds: random.within(3, 15),
            step: match scenario {
                Scenario::FarAheadForAWhile => 1000 * (1 + step),
                Scenario::SetBackByFarMore => -100,
                _ => step,
            },
        }
    }

    pub(crate) fn at(&self, second: u64, fleet: &mut Fleet) {
        let is_outage = matches!(self.scenario, Scenario::Outage | Scenario::OutageAndRestart);
        let is_step = self.scenario.has_a_step();
        if second == self.begin {
            match self.scenario {
                Scenario::NodesFail => fleet.restart(0),
                Scenario::LostWrites => fleet.store.lose_writes_of_the_last(self.lost_seconds),
                Scenario::LateAnswers => fleet.store.set(ServerState::Late),
                _ if is_outage => fleet.store.set(ServerState::Unavailable),
                _ if is_step => fleet.set_ahead(0, self.step),
                _ => {}
            }
        }
        if second == self.begin.midpoint(self.end) && self.scenario == Scenario::OutageAndRestart {
            fleet.restart(0);
        }
        if second == self.end {
            match self.scenario {
                Scenario::NodesFail => fleet.lose_last(),
                Scenario::LateAnswers => fleet.store.set(ServerState::Available),
                _ if is_outage => fleet.store.set(ServerState::Available),
                _ if is_step => fleet.set_ahead(0, 0),
                _ => {}
            }
        }
    }
}
