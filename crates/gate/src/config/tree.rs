//! The settings as a tree: parsed from TOML with the line of each value, then overridden by environment variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::source::{SettingError, Source};

/// A value, and where it was given.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) source: Source,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Boolean(bool),
    /// The text of a variable, whose type is that of the setting.
    Environment(String),
    Integer(i64),
    List(Vec<Node>),
    /// A type that no setting has.
    Other(&'static str),
    Table(BTreeMap<String, Node>),
    Text(String),
}

impl Kind {
    /// What came, for errors. Never the value: it may be a secret in the wrong place.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Boolean(_) => "a boolean",
            Self::Environment(_) => "a text",
            Self::Integer(_) => "an integer",
            Self::List(_) => "a list",
            Self::Other(name) => name,
            Self::Table(_) => "a table",
            Self::Text(_) => "a text",
        }
    }
}

/// Where each setting was given, by its path: `dpop.max_age_seconds`, `issuer[0].name`, `tokens.audiences[1]`.
pub(super) fn places(root: &Node) -> BTreeMap<String, Source> {
    let mut places = BTreeMap::new();
    add_places(root, String::new(), &mut places);
    places
}

fn add_places(node: &Node, path: String, places: &mut BTreeMap<String, Source>) {
    match &node.kind {
        Kind::Table(entries) => {
            for (name, entry) in entries {
                let dot = if path.is_empty() { "" } else { "." };
                add_places(entry, format!("{path}{dot}{name}"), places);
            }
        }
        Kind::List(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                add_places(entry, format!("{path}[{number}]"), places);
            }
        }
        _ => {}
    }
    places.insert(path, node.source.clone());
}

/// Parses the text of a file.
pub(crate) fn parse(path: &str, text: &str) -> Result<Node, SettingError> {
    let breaks = text.match_indices('\n').map(|(offset, _)| offset);
    let file = File {
        path: path.into(),
        breaks: breaks.collect(),
    };
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let lines: Vec<_> = error.message().lines().collect();
        let setting = setting_at(text, offset);
        SettingError::new(&file.source(offset), &setting, lines.join("; "))
    })?;
    let source = Source::File {
        path: Arc::clone(&file.path),
        line: None,
    };
    let kind = file.table(table.get_ref());
    Ok(Node { kind, source })
}

/// The setting whose line has the byte `offset`, as far as text that is not valid TOML shows it.
fn setting_at(text: &str, offset: usize) -> String {
    let mut table = "";
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let is_last = begin + line.len() > offset || begin + line.len() == text.len();
        let key = line.split_once('=').map(|(key, _)| key.trim());
        let is_plain = |key: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
            !key.is_empty() && key.bytes().all(is_letter)
        };
        match key.filter(|key| is_plain(key)) {
            Some(key) if is_last && table.is_empty() => return key.to_owned(),
            Some(key) if is_last => return format!("{table}.{key}"),
            _ => {}
        }
        let header = line.split('#').next().unwrap_or_default().trim_end();
        let name = header.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let name = name.map(|name| name.trim_matches(['[', ']', ' ']));
        let name = name.filter(|name| is_plain(name));
        if is_last {
            return name.unwrap_or_default().to_owned();
        }
        table = name.unwrap_or(table);
        begin += line.len();
    }
    String::new()
}

struct File {
    path: Arc<str>,
    /// The offset of each line break.
    breaks: Vec<usize>,
}

impl File {
    fn source(&self, offset: usize) -> Source {
        let before = self.breaks.partition_point(|at| *at < offset);
        Source::File {
            path: Arc::clone(&self.path),
            line: Some(before + 1),
        }
    }

    fn table(&self, table: &DeTable<'_>) -> Kind {
        let entries = table.iter().map(|(key, value)| {
            let node = Node {
                kind: self.kind(value.get_ref()),
                source: self.source(key.span().start),
            };
            (key.get_ref().to_string(), node)
        });
        Kind::Table(entries.collect())
    }

    fn kind(&self, value: &DeValue<'_>) -> Kind {
        match value {
            DeValue::String(text) => Kind::Text(text.to_string()),
            DeValue::Integer(integer) => {
                let number = i64::from_str_radix(integer.as_str(), integer.radix());
                number.map_or(Kind::Other("an integer beyond 64 bits"), Kind::Integer)
            }
            DeValue::Boolean(value) => Kind::Boolean(*value),
            DeValue::Array(list) => {
                let nodes = list.iter().map(|value| Node {
                    kind: self.kind(value.get_ref()),
                    source: self.source(value.span().start),
                });
                Kind::List(nodes.collect())
            }
            DeValue::Table(table) => self.table(table),
            DeValue::Float(_) => Kind::Other("a float"),
            DeValue::Datetime(_) => Kind::Other("a date-time"),
        }
    }
}
