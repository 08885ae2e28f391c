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
    accepted: usize,
    /// By the processes that run now, one for each node.
    accepted_by_process: Vec<usize>,
}

struct Run {
    setup: Setup,
    faults: Faults,
    random: Random,
    fleet: Fleet,
    proofs: Vec<Sent>,
    /// How often the store lost writes, and how often a clock was set.
    losses: usize,
    steps: usize,
    requests: usize,
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
            losses: 0,
            steps: 0,
            requests: 0,
        }
    }

    fn nodes(&self) -> usize {
        self.fleet.nodes().len()
    }

    fn fail(&mut self) {
        let node = self.random.index(self.nodes());
        if self.faults.outages && self.random.once_in(10) {
            let state = STATES[self.random.index(STATES.len())];
            self.fleet.store.set(state);
        }
        if self.faults.restarts && self.random.once_in(30) {
            self.fleet.restart(node);
            for proof in &mut self.proofs {
                proof.accepted_by_process[node] = 0;
            }
        }
        if self.faults.lost_writes && self.random.once_in(30) {
            let seconds = self.random.within(1, 40);
            self.fleet.store.lose_writes_of_the_last(seconds);
            self.losses += 1;
        }
        if self.random.once_in(15) {
            let ahead = self.random.within(0, MARGIN_SECONDS).cast_signed();
            let ahead = match self.faults.far_clocks {
                true => ahead * FAR[self.random.index(FAR.len())],
                false => ahead,
            };
            self.fleet.set_ahead(node, ahead);
            self.steps += 1;
        }
    }

    async fn send(&mut self, token: &str) {
        let nodes = self.nodes();
        let (number, node) = (
            self.random.index(self.proofs.len()),
            self.random.index(nodes),
        );
        let proof = &mut self.proofs[number];
        let answer = self.fleet.nodes()[node].present(token, &proof.text).await;
        self.requests += 1;
        match answer.outcome().as_str() {
            "OK" => {
                proof.accepted += 1;
                proof.accepted_by_process[node] += 1;
            }
            "PROOF" | "INFRA" => return,
            other => panic!("{other}: {}", answer.rejection()),
        }
        let proof = &self.proofs[number];
        let by_process = proof.accepted_by_process[node];
        assert!(
            by_process == 1 || self.setup == Setup::Shared,
            "accepted {by_process} times by one process"
        );
        let limit = self.limit();
        assert!(
            proof.accepted <= limit,
            "accepted {} times, limit {limit}",
            proof.accepted
        );
    }

    /// How often a proof is accepted at most, by the reasons that the docs name.
    fn limit(&self) -> usize {
        if self.setup == Setup::AcceptedInOutages && self.faults.outages {
            // Once by each process.
            return usize::MAX;
        }
        let by_clocks = self.nodes() + self.steps;
        1 + self.losses + if self.faults.far_clocks { by_clocks } else { 0 }
    }

    /// Afterwards every node accepts a new proof, unless it may have forgotten one of that time.
    async fn recovers(&mut self, client: &World, token: &str, second: u64) {
        self.fleet.store.set(ServerState::Available);
        for node in 0..self.nodes() {
            self.fleet.set_ahead(node, 0);
        }
        // One request in a second finds out that an outage is over.
        for second in second..second + 2 {
            self.fleet.next_second();
            for node in self.fleet.nodes() {
                let proof = client.proof(token).claim("iat", NOW + second + 1);
                let answer = node.present(token, &proof.sign()).await;
                let is_accepted = answer.outcome() == "OK";
                assert!(
                    is_accepted || self.faults.far_clocks,
                    "{}",
                    answer.rejection()
                );
            }
        }
    }
}

/// Returns the number of requests.
async fn run(setup: Setup, seed: u64) -> usize {
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
                accepted: 0,
                accepted_by_process,
            });
        }
        for _ in 0..REQUESTS_PER_SECOND {
            run.send(&token).await;
        }
        run.fleet.next_second();
    }
    run.recovers(&client, &token, SECONDS).await;
    run.requests
}

#[tokio::test(start_paused = true)]
async fn fleet_01_mixed_faults_let_no_more_copies_pass_than_the_docs_name() {
    let mut requests = 0;
    for (seed, _) in random::seeds(2, 2) {
        for setup in Setup::ALL {
            requests += run(setup, seed).await;
        }
    }
    println!("{requests} requests");
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
