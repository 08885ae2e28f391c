//! All faults at once, at random times: what holds for the proofs whatever happens.

use crate::common::{NOW, ServerState, World};
use crate::fleet::{Fleet, MARGIN_SECONDS, Setup};
use crate::random::{self, Random};

/// Which faults a run has, each with an even chance.
#[derive(Clone, Copy, Debug)]
struct Faults {
    far_clocks: bool,
    lost_writes: bool,
    outages: bool,
    restarts: bool,
}

impl Faults {
    const fn any(random: &mut Random) -> Self {
        Self {
            far_clocks: random.once_in(2),
            lost_writes: random.once_in(2),
            outages: random.once_in(2),
            restarts: random.once_in(2),
        }
    }
}

/// A proof, and what became of it.
#[derive(Debug)]
struct Sent {
    text: String,
    /// By the processes that run now, one for each node.
    accepted_by_process: Vec<usize>,
    /// The last time that it was accepted and recorded in the shared store.
    recorded: Option<Recorded>,
}

#[derive(Clone, Copy, Debug)]
struct Recorded {
    second: u64,
    /// Of the clock of the node that accepted it.
    ahead: i64,
    is_lost: bool,
}

/// How many copies were accepted for each reason that the docs name.
#[derive(Clone, Copy, Debug, Default)]
struct Copies {
    lost: usize,
    clocks: usize,
    outages: usize,
}

struct Run {
    setup: Setup,
    faults: Faults,
    random: Random,
    fleet: Fleet,
    proofs: Vec<Sent>,
    last_outage: Option<u64>,
    state: ServerState,
    copies: Copies,
}

impl Run {
    fn new(setup: Setup, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let nodes = usize::try_from(random.within(2, 4)).unwrap();
        Self {
            setup,
            faults: Faults::any(&mut random),
            fleet: Fleet::new(setup, vec![0; nodes]),
            random,
            proofs: Vec::new(),
            last_outage: None,
            state: ServerState::Available,
            copies: Copies::default(),
        }
    }

    fn nodes(&self) -> usize {
        self.fleet.nodes().len()
    }

    fn fail(&mut self) {
        let node = self.random.index(self.nodes());
        if self.faults.outages && self.random.once_in(10) {
            self.state = STATES[self.random.index(STATES.len())];
            self.fleet.store.set(self.state);
        }
        if !matches!(self.state, ServerState::Available | ServerState::Full) {
            self.last_outage = Some(self.fleet.second());
        }
        if self.faults.restarts && self.random.once_in(30) {
            self.fleet.restart(node);
            for proof in &mut self.proofs {
                proof.accepted_by_process[node] = 0;
            }
        }
        if self.faults.lost_writes && self.random.once_in(30) {
            let seconds = self.random.within(1, 40);
            self.lose_writes_of_the_last(seconds);
        }
        if self.random.once_in(15) {
            let ahead = self.random.within(0, MARGIN_SECONDS).cast_signed();
            let ahead = match self.faults.far_clocks {
                true => ahead * FAR[self.random.index(FAR.len())],
                false => ahead,
            };
            self.fleet.set_ahead(node, ahead);
        }
    }

    fn lose_writes_of_the_last(&mut self, seconds: u64) {
        self.fleet.store.lose_writes_of_the_last(seconds);
        let from = self.fleet.second().saturating_sub(seconds);
        for recorded in self.proofs.iter_mut().filter_map(|it| it.recorded.as_mut()) {
            recorded.is_lost |= recorded.second >= from;
        }
    }

    async fn send(&mut self, token: &str) {
        let nodes = self.nodes();
        let (number, node) = (
            self.random.index(self.proofs.len()),
            self.random.index(nodes),
        );
        let without_store = self.fleet.accepted_during_outages(node);
        let text = &self.proofs[number].text;
        let answer = self.fleet.nodes()[node].present(token, text).await;
        match answer.outcome().as_str() {
            "OK" => {}
            "PROOF" | "INFRA" => return,
            other => panic!("{other}: {}", answer.rejection()),
        }
        let proof = &mut self.proofs[number];
        proof.accepted_by_process[node] += 1;
        let by_process = proof.accepted_by_process[node];
        assert!(
            by_process == 1 || self.setup == Setup::Shared,
            "accepted {by_process} times by one process"
        );
        if self.fleet.accepted_during_outages(node) > without_store {
            self.check_outage();
        } else {
            self.check_recorded(number, node);
        }
    }

    /// The only reason to accept a proof without the shared store.
    fn check_outage(&mut self) {
        let second = self.fleet.second();
        let is_outage = self
            .last_outage
            .is_some_and(|last| second - last <= PROBED_WITHIN);
        assert!(
            is_outage,
            "{second}: accepted without the shared store, which was last unavailable at {:?}",
            self.last_outage
        );
        self.copies.outages += 1;
    }

    /// The shared store reported the proof as new. If it had recorded it before, it lost that write, or dropped it
    /// because the clock of this node is behind that of the other one by more than the margin.
    fn check_recorded(&mut self, number: usize, node: usize) {
        let (second, ahead) = (self.fleet.second(), self.fleet.ahead(node));
        let recorded = &mut self.proofs[number].recorded;
        if let Some(last) = *recorded {
            let is_by_clocks = last.ahead - ahead > MARGIN_SECONDS.cast_signed();
            assert!(
                last.is_lost || is_by_clocks,
                "{second}: accepted again by a clock that is {ahead} s ahead, after {last:?}"
            );
            self.copies.lost += usize::from(last.is_lost);
            self.copies.clocks += usize::from(!last.is_lost);
        }
        *recorded = Some(Recorded {
            second,
            ahead,
            is_lost: false,
        });
    }

    /// Afterwards every node accepts a new proof: at once, or when those that it dropped too early are no longer valid.
    async fn recovers(&mut self, client: &World, token: &str) {
        self.fleet.store.set(ServerState::Available);
        for node in 0..self.nodes() {
            self.fleet.set_ahead(node, 0);
        }
        if self.faults.far_clocks {
            for _ in 0..LONGEST_STEP + LONGEST_LIFE {
                self.fleet.next_second();
            }
        }
        // One request in a second finds out that an outage is over.
        for _ in 0..2 {
            self.fleet.next_second();
            for node in self.fleet.nodes() {
                let proof = client.proof(token).claim("iat", NOW + self.fleet.second());
                let answer = node.present(token, &proof.sign()).await;
                assert_eq!(answer.outcome(), "OK", "{}", answer.rejection());
            }
        }
    }
}

async fn run(setup: Setup, seed: u64) -> Copies {
    let mut run = Run::new(setup, seed);
    let client = World::new();
    let token = client.token().claim("exp", NOW + 10_000).sign();
    println!(
        "FLEET_SEED={seed}: {setup:?}, {} nodes, {:?}",
        run.nodes(),
        run.faults
    );
    for second in 0..SECONDS {
        run.fail();
        if second % BETWEEN_PROOFS == 0 {
            let proof = client.proof(&token).claim("iat", NOW + second);
            let accepted_by_process = vec![0; run.nodes()];
            let text = proof.sign();
            run.proofs.push(Sent {
                text,
                accepted_by_process,
                recorded: None,
            });
        }
        for _ in 0..REQUESTS_PER_SECOND {
            run.send(&token).await;
        }
        run.fleet.next_second();
    }
    run.recovers(&client, &token).await;
    println!("{:?}", run.copies);
    run.copies
}

#[tokio::test(start_paused = true)]
async fn fleet_01_mixed_faults_let_no_copies_pass_but_for_the_reasons_of_the_docs() {
    let mut all = Copies::default();
    for (seed, _) in random::seeds(4, 2) {
        for setup in Setup::ALL {
            let copies = run(setup, seed).await;
            all.lost += copies.lost;
            all.clocks += copies.clocks;
            all.outages += copies.outages;
        }
    }
    let is_each_reached = all.lost > 0 && all.clocks > 0 && all.outages > 0;
    assert!(is_each_reached || random::is_one_seed(), "{all:?}");
}

const SECONDS: u64 = 200;
const BETWEEN_PROOFS: u64 = 5;
const REQUESTS_PER_SECOND: usize = 3;
const STATES: [ServerState; 6] = [
    ServerState::Available,
    ServerState::Available,
    ServerState::Full,
    ServerState::Hanging,
    ServerState::Late,
    ServerState::Unavailable,
];
/// Times the margin.
const FAR: [i64; 6] = [-40, -4, -2, 0, 4, 40];
/// In seconds, as all that follow.
const LONGEST_STEP: u64 = 40 * MARGIN_SECONDS;
/// Of a proof, with all tolerances.
const LONGEST_LIFE: u64 = 100;
/// A node calls the store again a second after it failed, by its own clock.
const PROBED_WITHIN: u64 = 4;
