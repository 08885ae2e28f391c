//! The corpora again, on stable Rust, and random inputs from a seed.

use std::fs;
use std::path::Path;

use sender_constraint_fuzz::TARGETS;

#[test]
fn corpora_hold() {
    for (name, check) in TARGETS {
        let mut inputs = 0;
        for folder in ["corpus", "crashes"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(folder)
                .join(name);
            for entry in fs::read_dir(folder).into_iter().flatten() {
                check(&fs::read(entry.unwrap().path()).unwrap());
                inputs += 1;
            }
        }
        assert!(inputs > 0, "{name} has no corpus");
    }
}

/// `SEED` and `INPUTS` (each target) as environment variables.
#[test]
fn random_inputs_hold() {
    let number =
        |name: &str, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (seed, inputs) = (number("SEED", 1), number("INPUTS", 300));
    println!("seed {seed}, {inputs} inputs for each target");
    for (name, check) in TARGETS {
        let mut random = Random(seed | 1);
        for at in 0..inputs {
            let length = random.next() % 600;
            let input: Vec<_> = (0..length)
                .map(|_| random.next().to_le_bytes()[3])
                .collect();
            // The input that fails, in the output of a failed test.
            println!("{name} {at}");
            check(&input);
        }
    }
}

/// Xorshift: the inputs need a seed, not quality.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
