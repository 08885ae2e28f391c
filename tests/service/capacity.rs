//! The page on scale: its sums are right, and the replay window does what they assume.

use sender_constraint::Digest;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;

#[test]
fn every_result_follows_from_the_figures() {
    let figure = |name: &str| number(cell(&format!("*{name}*"), 1));
    let [c, n, h, l, r, t] = ["C", "N", "H", "L", "R", "T"].map(figure);
    let [w, a, s, m, b, g] = ["W", "A", "S", "M", "B", "G"].map(figure);
    let v = figure("V") / 1e6;
    let (request, held) = ((h + l) * v, 2.0 * (w + a) / m);
    let fleet = 100_000.0;
    let rows = [
        (
            "checks per second, if the core does nothing else",
            1.0 / (c * v),
        ),
        (
            "the same, when one request in ten has a new token",
            1.0 / ((c + 0.1) * v),
        ),
        ("checks per second of senders with tables", 1.0 / (t * v)),
        ("axum requests per second", 1.0 / request),
        ("such refusals per second", 1.0 / (r * v)),
        (
            "requests per second with the default capacity",
            s * m / (2.0 * w),
        ),
        ("the same rate, with clients ahead", s / held),
        (
            "the same for one principal, with its default share of a quarter",
            s / 4.0 / held,
        ),
        (
            "capacity for a core that serves only axum requests",
            held / request,
        ),
        ("its memory", b * held / request / 1e6),
        ("live entries, each kept a second longer", fleet * (w + 1.0)),
        (
            "the same entries, with clients ahead",
            fleet * (w + a + 1.0),
        ),
        (
            "bytes of the keys alone",
            32.0 * fleet * (w + a + 1.0) / 1e6,
        ),
        ("memory of the store", g * fleet * (w + a + 1.0) / 1e6),
    ];
    for (row, result) in rows {
        assert_close(row, number(cell(row, 2)), result);
    }
    for (row, past, future) in [
        ("5 s + 5 s", 5.0, 5.0),
        ("60 s + 10 s", 60.0, 10.0),
        ("300 s + 60 s", 300.0, 60.0),
    ] {
        let held = 2.0 * (past + future + future) / m;
        assert_close(row, number(cell(row, 1)), held * 10_000.0);
        assert_close(row, number(cell(row, 2)), held * 10_000.0 * b / 1e6);
        assert_close(row, number(cell(row, 3)), s / held);
    }
    // Said in words.
    assert!((0.4..0.6).contains(&(s / held * request)), "half a core");
    assert!(
        (0.6..0.75).contains(&(c / f64::midpoint(c, n + 1.0))),
        "a third fewer"
    );
}

#[tokio::test]
async fn the_default_window_is_filled_as_far_as_the_page_says() {
    let window = MemoryStore::default();
    let capacity = window.capacity();
    assert_eq!(number(cell("*S*", 1)), capacity as f64);
    let window = window.share_per_principal(capacity).unwrap();
    let mut held = 0;
    while insert(&window, held, 0, 70).await == Ok(Insertion::Fresh) {
        held += 1;
    }
    let share = f64::from(held) / capacity as f64;
    assert!(share >= number(cell("*M*", 1)), "{share}");
}

#[tokio::test]
async fn clients_ahead_keep_a_generation_longer_and_no_longer_than_the_page_says() {
    // What 6 a second need for 2 * (70 + 10) seconds fits, what 7 a second need does not; for 2 * 70 it would.
    assert_eq!(refused(6, 80).await, 0);
    assert_eq!(refused(7, 70).await, 0);
    assert!(refused(7, 80).await > 0);
}

/// How many of `rate` proofs a second do not fit, if each is acceptable so long.
async fn refused(rate: u32, life: u64) -> usize {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(1024)
        .unwrap();
    let mut refused = 0;
    for second in 0..600 {
        for number in 0..rate {
            let answer = insert(&window, second * rate + number, u64::from(second), life).await;
            refused += usize::from(answer != Ok(Insertion::Fresh));
        }
    }
    refused
}

async fn insert(
    window: &MemoryStore,
    number: u32,
    second: u64,
    life: u64,
) -> Result<Insertion, ReplayError> {
    // Cheaper than a hash: the window hashes keys anyhow.
    let mut key = [0; 32];
    key[..4].copy_from_slice(&number.to_le_bytes());
    let key = Digest::from_bytes(key);
    let now = 1_800_000_000 + second;
    let (until, now) = (now + life, now);
    let at = Timestamp::from_unix_seconds;
    let proof = UsedProof::new(key, key, at(until), at(now));
    window.insert(&proof).await
}

/// A cell of the first row of the page that begins so.
fn cell(row: &str, column: usize) -> &'static str {
    let start = format!("//! | {row} |");
    let line = include_str!("../../src/guide/capacity.rs")
        .lines()
        .find(|line| line.starts_with(&start));
    let cells = line.unwrap_or_else(|| panic!("no row {row}"));
    cells.split(" | ").nth(column + 1).expect("a cell")
}

/// `1,638,400`, `42 us` or `9,900 per second`.
fn number(cell: &str) -> f64 {
    let digits = cell.split(' ').next().expect("a word").replace(',', "");
    digits.parse().unwrap_or_else(|_| panic!("{cell}"))
}

fn assert_close(row: &str, told: f64, result: f64) {
    let off = (told / result - 1.0).abs();
    assert!(
        off < 0.03,
        "{row}: the page tells {told}, it is {result:.1}"
    );
}
