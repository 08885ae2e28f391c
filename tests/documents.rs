//! What the documents promise is there: the tests that the crate docs name, the features that README and docs list.
#![allow(clippy::expect_used, reason = "a test may fail by panic")]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn tests_that_the_crate_docs_name_exist() {
    let docs = include_str!("../src/lib.rs");
    let named: BTreeSet<_> = docs
        .split('`')
        .filter(|piece| piece.starts_with("tests/"))
        .collect();
    assert!(named.len() > 10, "{named:?}");
    for path in named {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        assert!(path.is_file(), "{}", path.display());
    }
}

#[test]
fn every_feature_is_told_in_readme_and_crate_docs() {
    let manifest = include_str!("../Cargo.toml");
    let features = manifest
        .split("[features]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .expect("a section");
    let names: BTreeSet<_> = features
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name)
        .filter(|name| *name != "default" && !name.starts_with('#'))
        .collect();
    assert!(names.len() > 4, "{names:?}");
    for name in names {
        let row = format!("| `{name}` |");
        assert!(include_str!("../README.md").contains(&row), "README: {row}");
        assert!(
            include_str!("../src/lib.rs").contains(&row),
            "crate docs: {row}"
        );
    }
}
