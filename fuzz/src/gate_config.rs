//! Configuration files of the gate, with any content: accepted, or refused at a line of the text. No password is in the error,
//! or in what is accepted.

use arbitrary::Arbitrary;
use sender_constraint_gate::{ConfigFile, SettingError};

use crate::input;
use crate::mutation::{Mutation, mutate};

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Changed(u8, Vec<Mutation>),
    Lines(Vec<u8>),
    Text(&'a str),
    With(u8, Vec<u8>, Vec<Mutation>),
}

/// Checks the parser on one text.
pub fn check(bytes: &[u8]) {
    let text = match input::<Input<'_>>(bytes) {
        Some(Input::Changed(example, changes)) => mutate(example_of(example).as_bytes(), &changes),
        Some(Input::Lines(known)) => lines(&known).into_bytes(),
        Some(Input::Text(text)) => text.as_bytes().to_vec(),
        Some(Input::With(example, known, changes)) => {
            let text = format!("{}\n{}", example_of(example), lines(&known));
            mutate(text.as_bytes(), &changes)
        }
        None => return,
    };
    // The gate reads files as UTF-8.
    if let Ok(text) = String::from_utf8(text) {
        check_text(&text);
    }
}

/// Checks the parser on this text, as a file in the corpus of examples has it.
pub fn check_text(text: &str) {
    let shown = match ConfigFile::parse(text) {
        Ok(config) => {
            assert!(!config.listen().is_empty() && config.origins().next().is_some());
            format!("{config:?}")
        }
        Err(error) => {
            check_error(&error, text);
            error.to_string()
        }
    };
    assert!(!has_password(&shown), "{shown}");
}

fn check_error(error: &SettingError, text: &str) {
    let shown = error.to_string();
    assert!(shown.starts_with("gate.toml"), "{shown}");
    assert!(shown.chars().count() <= MAX_ERROR, "{}", shown.len());
    assert!(!shown.contains(char::is_control), "{shown:?}");
    let lines = text.split('\n').count();
    assert!(
        error.line().is_none_or(|line| (1..=lines).contains(&line)),
        "{shown}"
    );
}

/// Changes of a text may take the password apart, or put it where no password is.
fn has_password(shown: &str) -> bool {
    shown.contains(&format!(":{PASSWORD}@"))
}

fn example_of(number: u8) -> &'static str {
    EXAMPLES[usize::from(number) % EXAMPLES.len()]
}

fn lines(known: &[u8]) -> String {
    let known = known.iter().take(40);
    let lines: Vec<_> = known
        .map(|at| LINES[usize::from(*at) % LINES.len()])
        .collect();
    lines.join("\n")
}

/// Longer than any message that names every setting of a table.
const MAX_ERROR: usize = 2500;
const PASSWORD: &str = "hunter2";
/// With every setting, each at the place of its table.
const EXAMPLES: [&str; 5] = [
    include_str!("../../crates/gate/examples/everything.toml"),
    include_str!("../../crates/gate/examples/forward_auth_envoy.toml"),
    include_str!("../../crates/gate/examples/forward_auth_nginx.toml"),
    include_str!("../../crates/gate/examples/mutual_tls_behind_a_proxy.toml"),
    include_str!("../../crates/gate/examples/reverse_proxy.toml"),
];
const LINES: [&str; 48] = [
    "listen = \"127.0.0.1:8443\"",
    "listen = \"unix:/run/gate.sock\"",
    "mode = \"proxy\"",
    "mode = \"forward-auth\"",
    "origin = \"https://api.example.com\"",
    "origin = \"https://gate:hunter2@api.example.com\"",
    "origins = [\"https://a.example\", \"https://b.example\"]",
    "path_prefix = \"/orders\"",
    "[upstream]",
    "url = \"http://127.0.0.1:3000\"",
    "url = \"http://gate:hunter2@127.0.0.1\"",
    "host = \"gate:hunter2@a\"",
    "[[issuer]]",
    "name = \"https://as.example.com\"",
    "dialect = \"keycloak\"",
    "[tokens]",
    "audiences = [\"https://api.example.com\"]",
    "leeway_seconds = 300",
    "[forward_auth]",
    "proxy = \"nginx\"",
    "proxy = \"envoy\"",
    "trusted_peers = [\"127.0.0.1\", \"unix\", \"fe80::/10\"]",
    "host_header = \"X-Original-Host\"",
    "[forwarded]",
    "fields = \"rfc7239\"",
    "[dpop]",
    "off = true",
    "algorithms = [\"ES256\", \"none\"]",
    "max_age_seconds = 9223372036854775808",
    "clock_skew_seconds = -1",
    "[nonce]",
    "mode = \"required\"",
    "forget_replaced = true",
    "[mtls]",
    "source = \"connection\"",
    "format = \"xfcc\"",
    "[replay]",
    "redis = [\"rediss://gate:hunter2@redis.example.com\"]",
    "redis = \"redis://:hunter2@redis.example.com\"",
    "capacity = 4294967295",
    "[deny]",
    "[identity.token]",
    "key = \"k\"\naudience = \"a\"\nissuer = \"i\"",
    "[public]",
    "prefixes = [\"/static/\"]",
    "[policy]\nrealm = \"a\"",
    "a.b.c.d = {e = [[1.5, 2026-11-22]]}",
    "\"a\\nb\" = 1 # comment",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_accepted_as_they_are() {
        for example in EXAMPLES {
            check_text(example);
            assert!(ConfigFile::parse(example).is_ok(), "{example}");
        }
    }
}
