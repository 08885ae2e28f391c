//! One run: proofs and copies of them at random nodes and times, until none is acceptable any longer.

use crate::common::{Answer, NOW, World};
use crate::fleet::{Fleet, Setup};
use crate::random::Random;
use crate::scenario::{Events, Scenario};

/// How often copies of one proof were accepted after the first time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Copies {
    /// At nodes that had accepted it before.
    pub(crate) same: usize,
    pub(crate) other: usize,
}

impl Copies {
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            same: self.same.max(other.same),
            other: self.other.max(other.other),
        }
    }
}

struct Sent {
    text: String,
    /// How often each node accepted it.
    accepted: Vec<usize>,
}

impl Sent {
    fn copies(&self) -> Copies {
        let at = self.accepted.iter().filter(|times| **times > 0).count();
        let times: usize = self.accepted.iter().sum();
        Copies {
            same: times - at,
            other: at.saturating_sub(1),
        }
    }
}

/// Returns the number of nodes, and the most copies of any proof.
pub(crate) async fn simulate(scenario: Scenario, setup: Setup, seed: u64) -> (usize, Copies) {
    let mut random = Random::new(seed);
    let mut fleet = Fleet::new(setup, scenario.clocks(&mut random));
    let nodes = fleet.nodes().len();
    let events = Events::new(scenario, &mut random);
    let client = World::new();
    let token = client.token().claim("exp", NOW + 1000).sign();
    let mut proofs: Vec<Sent> = Vec::new();
    for second in 0..=LAST_PROOF + longest_life(scenario) {
        events.at(second, &mut fleet);
        if second <= LAST_PROOF && second % BETWEEN_PROOFS == 0 {
            let proof = client.proof(&token).claim("iat", NOW + second);
            proofs.push(Sent {
                text: proof.sign(),
                accepted: vec![0; nodes],
            });
        }
        for _ in 0..REQUESTS_PER_SECOND {
            let proof = random.index(proofs.len());
            let proof = &mut proofs[proof];
            let node = random.index(fleet.nodes().len());
            let answer = fleet.nodes()[node].present(&token, &proof.text).await;
            proof.accepted[node] += usize::from(is_accepted(&answer, scenario));
        }
        fleet.next_second();
    }
    let copies = proofs.iter().map(Sent::copies);
    (nodes, copies.fold(Copies::default(), Copies::max))
}

fn is_accepted(answer: &Answer, scenario: Scenario) -> bool {
    match answer.outcome().as_str() {
        "OK" => true,
        "PROOF" => false,
        "INFRA" if scenario.may_be_unavailable() => false,
        other => panic!("{scenario:?}: {other}: {}", answer.rejection()),
    }
}

/// For clocks that are behind, or are set back when the store has dropped a proof.
const fn longest_life(scenario: Scenario) -> u64 {
    match scenario {
        Scenario::SetBackByFarMore => 120,
        _ => 100,
    }
}

const BETWEEN_PROOFS: u64 = 6;
const LAST_PROOF: u64 = 30;
const REQUESTS_PER_SECOND: usize = 3;
