//! The house rules as a test over the text of `src/`: floors, circles, doors, and who may name what.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "reads this crate's own source; a panic is a finding"
)]

mod circles;
mod documents;
mod file;
mod imports;
mod lexer;
mod plan;
mod rules;
mod samples;

use file::{File, source};
use plan::{EXCEPTIONS, FLOORS, OWNED, Word};
use rules::findings;

#[test]
fn the_house_keeps_its_rules() {
    let found = findings(&source());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_plan_of_the_house_has_no_room_that_is_not_there() {
    let files = source();
    for room in FLOORS.iter().flat_map(|(rooms, _)| rooms.iter()) {
        assert!(files.iter().any(|file| file.room() == *room), "{room}");
    }
    let mut names = OWNED.iter().flat_map(|(words, owners, _)| {
        owners
            .iter()
            .map(|owner| (*owner, words.iter().map(Word::text).collect::<Vec<_>>()))
    });
    assert!(names.all(|(owner, words)| names_any(&files, owner, &words)));
    for (place, word, ..) in EXCEPTIONS {
        assert!(names_any(&files, place, &[word]), "{word} in {place}");
    }
}

fn names_any(files: &[File], place: &str, words: &[&str]) -> bool {
    files.iter().filter(|file| file.is_in(place)).any(|file| {
        let mut tokens = file.tokens.iter();
        tokens.any(|token| {
            words
                .iter()
                .any(|word| token.text.eq_ignore_ascii_case(word))
        })
    })
}
