//! What `examples/everything.toml` says of itself.

use std::collections::BTreeSet;

use crate::config::{Config, Mode, SETTING_NAMES};

const EVERYTHING: &str = include_str!("../examples/everything.toml");

fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = variables.iter().map(|(name, value)| {
        let name = format!("{}{name}", crate::config::PREFIX);
        (name, (*value).to_owned())
    });
    Config::parse("gate.toml", text, variables).map_err(|error| error.to_string())
}

/// A table that is off, and the settings that it requires.
const TABLES: [(&str, &[(&str, &str)]); 19] = [
    ("", &[]),
    ("TLS__", &[("CERTIFICATE", "a"), ("KEY", "a")]),
    (
        "FORWARDED__",
        &[("FIELDS", "x-forwarded"), ("TRUSTED_PEERS", "10.0.0.7")],
    ),
    ("UPSTREAM__", &[]),
    ("PUBLIC__", &[]),
    ("ISSUER__0__", &[]),
    ("TOKENS__", &[]),
    (
        "INTROSPECTION__",
        &[("TOKENS", "all"), ("CLIENT_ID", "a"), ("CLIENT_KEY", "a")],
    ),
    ("DPOP__", &[]),
    ("NONCE__", &[]),
    (
        "MTLS__",
        &[
            ("SOURCE", "forwarded"),
            ("FORMAT", "rfc9440"),
            ("TRUSTED_PEERS", "10.0.0.7"),
        ],
    ),
    ("REPLAY__", &[]),
    ("DENY__", &[("REDIS", "redis://localhost")]),
    ("POLICY__", &[]),
    ("IDENTITY__HEADERS__", &[]),
    (
        "IDENTITY__TOKEN__",
        &[("KEY", "a"), ("AUDIENCE", "a"), ("ISSUER", "a")],
    ),
    ("ADMIN__", &[]),
    ("LIMITS__", &[]),
    ("LOG__", &[]),
];

/// The settings of a table that the reader knows: its error names them.
fn known(text: &str, table: &str, required: &[(&str, &str)]) -> Vec<String> {
    let mut variables: Vec<_> = required
        .iter()
        .map(|(name, value)| (format!("{table}{name}"), *value))
        .collect();
    variables.push((format!("{table}NO_SUCH_SETTING"), "a"));
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let error = parse(text, &variables).unwrap_err();
    let (_, known) = error.split_once("known here: ").expect(&error);
    known.split(", ").map(str::to_owned).collect()
}

/// The lines of a table, with and without `#`.
fn lines_of(table: &str) -> Vec<&'static str> {
    let name = table.trim_end_matches("__").replace("__0", "");
    let header = format!("[{}]", name.to_lowercase().replace("__", "."));
    let lines = EVERYTHING.lines().map(|line| line.trim_start_matches("# "));
    let is_header = |line: &&str| line.starts_with('[');
    if table.is_empty() {
        return lines.take_while(|line| !is_header(line)).collect();
    }
    let mut rest = lines.skip_while(|line| !line.contains(&header) || !is_header(line));
    assert!(rest.next().is_some(), "{header}");
    rest.take_while(|line| !is_header(line)).collect()
}

fn assert_described(table: &str, known: &[String]) {
    let lines = lines_of(table);
    let is_table = |name: &String| EVERYTHING.contains(&format!("[{name}"));
    for name in known {
        let setting = format!("{name} = ");
        let is_described = lines.iter().any(|line| line.starts_with(&setting));
        assert!(
            is_described || is_table(name) || name == "client_certificate",
            "{table}{name}"
        );
    }
}

/// The names for hints, without tables.
fn listed(table: &str) -> BTreeSet<String> {
    let name = table.trim_end_matches("__").replace("__0", "");
    let name = name.to_lowercase().replace("__", ".");
    let mut tables = SETTING_NAMES.iter();
    let (_, names) = tables.find(|(table, _)| *table == name).expect(&name);
    names.iter().map(ToString::to_string).collect()
}

fn without_tables(known: Vec<String>) -> BTreeSet<String> {
    let is_table = |name: &String| {
        SETTING_NAMES
            .iter()
            .any(|(table, _)| table.split('.').next() == Some(name))
    };
    known.into_iter().filter(|name| !is_table(name)).collect()
}

#[test]
fn everything_has_every_setting() {
    for (table, required) in TABLES {
        let known = known(EVERYTHING, table, required);
        assert_described(table, &known);
        let known = if table.is_empty() {
            without_tables(known)
        } else {
            known.into_iter().collect()
        };
        assert_eq!(listed(table), known, "{table}");
    }
    assert_eq!(SETTING_NAMES.len(), TABLES.len() + 1, "and [forward_auth]");
    let text = EVERYTHING.replace("\"proxy\"  ", "\"forward-auth\"");
    let text = ["[upstream]", "[public]"].iter().fold(text, |text, table| {
        let (before, rest) = text.split_once(table).unwrap();
        let (_, after) = rest.split_once("\n[").unwrap();
        format!("{before}[{after}")
    });
    let peers = ("TRUSTED_PEERS", "127.0.0.1");
    let mut of_forward_auth = BTreeSet::new();
    for proxy in ["caddy", "envoy", "nginx"] {
        let found = known(&text, "FORWARD_AUTH__", &[("PROXY", proxy), peers]);
        assert_described("FORWARD_AUTH__", &found);
        of_forward_auth.extend(found);
    }
    assert_eq!(listed("FORWARD_AUTH__"), of_forward_auth);
}

#[test]
fn everything_has_the_defaults() {
    let required = "\
        listen = \"127.0.0.1:8443\"\nmode = \"proxy\"\norigin = \"https://api.example.com\"\n\
        [upstream]\nurl = \"http://127.0.0.1:3000\"\n\
        [[issuer]]\nname = \"https://as.example.com\"\n\
        [tokens]\naudiences = [\"https://api.example.com\"]\n";
    let (expected, mut found) = (
        parse(required, &[]).unwrap(),
        parse(EVERYTHING, &[]).unwrap(),
    );
    // Defaults of the library, which the configuration does not repeat.
    let seconds = |setting: &Option<crate::config::Setting<std::time::Duration>>| {
        setting.as_ref().map(|it| it.value.as_secs())
    };
    assert_eq!(seconds(&found.issuers.leeway.take()), Some(30));
    assert_eq!(seconds(&found.proofs.max_age.take()), Some(60));
    assert_eq!(seconds(&found.proofs.clock_skew.take()), Some(10));
    let algorithms = found.proofs.algorithms.take().unwrap().value;
    assert_eq!(
        algorithms,
        sender_constraint::jose::Algorithm::PROOF_DEFAULT
    );
    let capacity = sender_constraint::replay::MemoryStore::default().capacity();
    let found_capacity = found.replay.capacity.take().unwrap().value;
    assert_eq!(usize::try_from(found_capacity), Ok(capacity));
    let share = found.replay.share.take().unwrap().value;
    assert_eq!(share, found_capacity / 4);
    assert_eq!(
        found.log.filter.take().unwrap().value,
        crate::log::DEFAULT_FILTER
    );
    let dialect = found.issuers.first.dialect.take().unwrap().value;
    assert_eq!(dialect, "rfc9068");
    assert!(matches!(found.mode, Mode::Proxy { .. }));
    assert_eq!(found, expected);
}
