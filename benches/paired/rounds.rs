//! Variants over the same blocks of work, in random order, round after round.

use std::ops::Range;
use std::time::Duration;

/// Something to time: given a block, it prepares what it needs and says how long the work itself took.
pub struct Variant<'a> {
    name: &'static str,
    run: Box<dyn FnMut(Range<usize>) -> Duration + 'a>,
}

impl<'a> Variant<'a> {
    pub fn new(name: &'static str, run: impl FnMut(Range<usize>) -> Duration + 'a) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }
}

/// What each variant took in each round.
pub struct Measured {
    names: Vec<&'static str>,
    times: Vec<Vec<Duration>>,
    block: usize,
}

/// Runs every variant once per round.
pub fn run(rounds: usize, items: usize, mut variants: Vec<Variant<'_>>) -> Measured {
    let mut order: Vec<usize> = (0..variants.len()).collect();
    let mut random = Random::default();
    let mut times = vec![Vec::with_capacity(rounds); variants.len()];
    let blocks = items / BLOCK;
    for round in 0..rounds + WARM_UP {
        let start = (round % blocks) * BLOCK;
        random.shuffle(&mut order);
        for index in &order {
            let time = (variants[*index].run)(start..start + BLOCK);
            if round >= WARM_UP {
                times[*index].push(time);
            }
        }
    }
    Measured {
        names: variants.iter().map(|variant| variant.name).collect(),
        times,
        block: BLOCK,
    }
}

impl Measured {
    /// The median over all rounds of one variant's time by another's in the same round.
    pub fn ratio(&self, name: &str, floor: &str) -> f64 {
        let pairs = self.of(name).iter().zip(self.of(floor));
        median(pairs.map(|(time, floor)| time.as_secs_f64() / floor.as_secs_f64()))
    }

    /// Prints each variant's median time and its ratio to the first.
    pub fn print(&self, title: &str) {
        println!("{title}");
        for name in &self.names {
            let times = self.of(name).iter().map(Duration::as_secs_f64);
            let each = median(times) * 1e6 / self.block as f64;
            let ratio = self.ratio(name, self.names[0]);
            println!("  {name:<28} {each:>9.3} us  {ratio:>7.4}");
        }
    }

    fn of(&self, name: &str) -> &[Duration] {
        let index = self.names.iter().position(|known| *known == name);
        &self.times[index.expect("a variant of this name")]
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Xorshift: the order need not be secret.
pub struct Random(u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn shuffle(&mut self, items: &mut [usize]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.next() % (last as u64 + 1)).expect("an index");
            items.swap(last, other);
        }
    }
}

impl Default for Random {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15 ^ crate::mint::now())
    }
}

const BLOCK: usize = 512;
const WARM_UP: usize = 3;
