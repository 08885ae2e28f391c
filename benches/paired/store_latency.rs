//! P5: inserts at 200,000 a second while older entries expire.

use std::time::{Duration, Instant};

use sender_constraint::replay::MemoryStore;
use sender_constraint::time::{Clock as _, SystemClock};

use crate::Effort;
use crate::goal::Goal;
use crate::stores::{Moka, Store, proof};

pub fn goal(effort: Effort) -> Vec<Goal> {
    let live = Duration::from_secs(effort.insert_seconds.min(3));
    let capacity = RATE * live.as_secs() * 3;
    let window = MemoryStore::new(usize::try_from(capacity).expect("a size")).expect("a window");
    let moka = Moka::new(capacity, live);
    println!(
        "P5: inserts at 200,000/s, each live for {} s",
        live.as_secs()
    );
    let nothing = Latency::of(&Nothing, live, effort);
    nothing.print("no store: what the machine adds");
    let ours = Latency::of(&window, live, effort);
    ours.print("window");
    Latency::of(&moka, live, effort).print("moka");
    let goal = Goal::new(5).at_most("p99.9 ", ours.high / 1e3, 5.0, " us");
    vec![goal.at_most("max ", ours.longest / 1e6, 1.0, " ms")]
}

struct Latency {
    middle: f64,
    high: f64,
    /// The longest in the quietest part of the run: all shards expire in each part, so what the store does by itself
    /// comes back in all of them; what the scheduler does to this process does not.
    longest: f64,
    longest_of_all: f64,
}

impl Latency {
    fn of(store: &impl Store, live: Duration, effort: Effort) -> Self {
        let seconds = effort.insert_seconds;
        // Until the first entries expire the store grows; what is counted is what it does from then on.
        let growing = RATE * live.as_secs() * 2;
        let count = growing + RATE * seconds;
        let mut nanos = vec![0; usize::try_from(RATE * seconds).expect("a size")];
        let start = Instant::now();
        for number in 0..count {
            let due = INTERVAL * u32::try_from(number).expect("a short run");
            while start.elapsed() < due {
                std::hint::spin_loop();
            }
            let now = SystemClock::default().now();
            let proof = proof(number, now.saturating_add(live), now);
            let before = Instant::now();
            let is_new = store.accepts(&proof);
            let time = before.elapsed().as_nanos() as u64;
            assert!(is_new);
            if let Some(index) = number.checked_sub(growing) {
                nanos[usize::try_from(index).expect("a size")] = time;
            }
        }
        Self::from_nanos(
            nanos,
            usize::try_from(RATE * live.as_secs()).expect("a size"),
        )
    }

    fn from_nanos(mut nanos: Vec<u64>, part: usize) -> Self {
        let longest = |part: &[u64]| part.iter().copied().max().unwrap_or(0) as f64;
        let parts: Vec<f64> = nanos.chunks(part).map(longest).collect();
        nanos.sort_unstable();
        let at = |share: f64| nanos[(nanos.len() as f64 * share) as usize] as f64;
        Self {
            middle: at(0.5),
            high: at(0.999),
            longest: parts.iter().copied().fold(f64::INFINITY, f64::min),
            longest_of_all: longest(&nanos),
        }
    }

    fn print(&self, name: &str) {
        println!(
            "  {name:<32} median {:>6.0} ns  p99.9 {:>8.2} us  longest {:>8.3} ms, of all parts {:>8.3} ms",
            self.middle,
            self.high / 1e3,
            self.longest / 1e6,
            self.longest_of_all / 1e6
        );
    }
}

struct Nothing;

impl Store for Nothing {
    fn accepts(&self, proof: &sender_constraint::replay::UsedProof) -> bool {
        std::hint::black_box(proof).expires_at > proof.now
    }
}

const RATE: u64 = 200_000;
const INTERVAL: Duration = Duration::from_micros(5);
