//! What the documents promise is there: the tests that the crate docs name, the features that README and docs list, the
//! goals in the benchmarks, the files of the package.
#![allow(clippy::expect_used, reason = "a test may fail by panic")]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn tests_that_the_crate_docs_name_exist() {
    let docs = include_str!("../../src/lib.rs");
    let named: BTreeSet<_> = docs
        .split('`')
        .filter(|piece| piece.starts_with("tests/"))
        .collect();
    assert!(named.len() > 10, "{named:?}");
    assert_exist(&named);
}

#[test]
fn tests_that_the_security_policy_names_exist() {
    let policy = include_str!("../../SECURITY.md");
    let named: BTreeSet<_> = policy
        .split('`')
        .filter(|piece| piece.starts_with("tests/") || piece.starts_with("src/"))
        .collect();
    assert!(named.len() > 10, "{named:?}");
    assert_exist(&named);
}

#[test]
fn findings_of_the_security_policy_have_tests() {
    let policy = include_str!("../../SECURITY.md");
    let findings = policy.split_once("## Findings").expect("findings").1;
    let prefixes: BTreeSet<_> = findings
        .split('`')
        .filter_map(|piece| piece.strip_suffix(".."))
        .filter(|prefix| prefix.ends_with('_'))
        .collect();
    assert!(prefixes.len() > 20, "{prefixes:?}");
    let tests = source_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"));
    for prefix in prefixes {
        assert!(tests.contains(&format!("fn {prefix}")), "{prefix}");
    }
}

#[test]
fn examples_print_errors_as_text() {
    let examples = source_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"));
    assert!(examples.matches("async fn main() -> ExitCode {").count() >= 4);
    // It would print their `Debug` form.
    assert!(!examples.contains("fn main() -> Result"));
}

/// All Rust files below, in one text.
fn source_of(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text.push_str(&source_of(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(path).expect("text"));
        }
    }
    text
}

#[test]
fn security_policy_has_one_entry_for_each_finding() {
    let policy = include_str!("../../SECURITY.md");
    let audits = (1..=16).map(|nth| format!("A{nth}"));
    for finding in audits.chain((1..=9).map(|nth| format!("D{nth}"))) {
        let entry = format!("\n* **{finding}, ");
        assert_eq!(policy.matches(&entry).count(), 1, "{finding}");
    }
}

#[test]
fn every_feature_is_told_in_readme_and_crate_docs() {
    let manifest = include_str!("../../Cargo.toml");
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
        assert!(
            include_str!("../../README.md").contains(&row),
            "README: {row}"
        );
        assert!(
            include_str!("../../src/lib.rs").contains(&row),
            "crate docs: {row}"
        );
    }
}

#[test]
fn each_goal_has_one_row_in_the_benchmarks_and_the_readme_leads_there() {
    let benchmarks = include_str!("../../BENCHMARKS.md");
    for goal in (1..=13).chain([16, 18]) {
        let row = format!("\n| P{goal} |");
        assert_eq!(benchmarks.matches(&row).count(), 1, "P{goal}");
    }
    assert!(include_str!("../../README.md").contains("(BENCHMARKS.md)"));
}

#[test]
fn files_that_are_packaged_by_name_exist() {
    let manifest = include_str!("../../Cargo.toml");
    let include = manifest
        .lines()
        .find(|line| line.starts_with("include = "))
        .expect("a list");
    let named: BTreeSet<_> = include
        .split('"')
        .filter(|piece| piece.ends_with(".md"))
        .collect();
    assert!(named.contains("BENCHMARKS.md"), "{named:?}");
    assert!(named.contains("SECURITY.md"), "{named:?}");
    assert_exist(&named);
}

fn assert_exist(files: &BTreeSet<&str>) {
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(path.is_file(), "{}", path.display());
    }
}

#[test]
fn each_rule_that_a_test_names_has_one_line_and_no_line_is_without_a_test() {
    let rules = include_str!("../RULES.md");
    let rows: Vec<_> = rules
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|name| name.contains('-') && !name.starts_with('-'))
        .collect();
    let listed: BTreeSet<_> = rows.iter().map(|rule| (*rule).to_owned()).collect();
    assert_eq!(listed.len(), rows.len(), "a rule has two lines");
    let families: BTreeSet<_> = rows
        .iter()
        .filter_map(|rule| rule.split('-').next())
        .collect();
    assert!(families.len() > 10, "{families:?}");

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["tests", "src", "crates/gate"].map(|place| source_of(&root.join(place)));
    let source = places.concat();
    let words = source.split(|each: char| !each.is_ascii_alphanumeric() && each != '_');
    let named: BTreeSet<_> = words.flat_map(|word| rules_of(word, &families)).collect();
    let without_line: Vec<_> = named.difference(&listed).collect();
    assert!(
        without_line.is_empty(),
        "no line in RULES.md: {without_line:?}"
    );
    let without_test: Vec<_> = listed.difference(&named).collect();
    assert!(without_test.is_empty(), "no test: {without_test:?}");
}

/// `DPOP-21` and `DPOP-22` of `dpop_21_22_is_compared`.
fn rules_of(name: &str, families: &BTreeSet<&str>) -> Vec<String> {
    let mut parts = name.split('_');
    let family = parts.next().unwrap_or_default().to_uppercase();
    if !families.contains(family.as_str()) {
        return Vec::new();
    }
    let is_number = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts
        .take_while(is_number)
        .map(|number| format!("{family}-{number}"))
        .collect()
}
