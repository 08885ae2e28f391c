//! With real tables, the same signatures are accepted and refused as without them.

use super::super::verifier::Tables;
use super::scripted::{make_due, until};
use super::senders::Client;

#[test]
fn table_of_es256_gives_the_verdicts_of_its_key() {
    verdicts_stay(&Client::es256(1), &Client::es256(2));
}

#[test]
fn table_of_eddsa_gives_the_verdicts_of_its_key() {
    verdicts_stay(&Client::eddsa(1), &Client::eddsa(2));
}

/// The documented sizes; the default limit holds 750 and 500 tables.
#[test]
fn tables_are_as_large_as_the_docs_say() {
    let size = |client: &Client| with_table(client).held().1.div_ceil(1024);
    assert_eq!(size(&Client::es256(1)), 87);
    assert_eq!(size(&Client::eddsa(1)), 128);
}

fn verdicts_stay(client: &Client, other: &Client) {
    check_verdicts(&Tables::new(1 << 20, 3), client, other, 8);
    let tables = with_table(client);
    // With this many, some are almost certain to be re-verified.
    check_verdicts(&tables, client, other, 1500);
    assert_eq!(tables.held().0, 1);
    assert!(!tables.are_abandoned());
}

fn check_verdicts(tables: &Tables, client: &Client, other: &Client, count: u32) {
    for number in 0..count {
        let message = number.to_be_bytes();
        let good = client.sign(&message);
        assert!(tables.verifies(&client.sender, &message, &good));
        if number % 16 > 0 {
            continue;
        }
        let mut flipped = good;
        let bit = usize::try_from(number).expect("small") * 7 % 512;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!tables.verifies(&client.sender, &message, &flipped));
        assert!(!tables.verifies(&client.sender, &message, &other.sign(&message)));
        assert!(!tables.verifies(&client.sender, b"another", &good));
        assert!(!tables.verifies(&client.sender, &message, &good[..63]));
        assert!(!tables.verifies(&other.sender, &message, &good));
    }
}

fn with_table(client: &Client) -> Tables {
    let tables = Tables::new(1 << 20, 3);
    make_due(&tables, client);
    until(|| tables.held().0 == 1);
    tables
}
