//! A table of settings, read strictly: each entry once, by name, and nothing may be left over.

use std::collections::BTreeMap;
use std::fmt;

use sender_constraint::config::{ValueForm, nearest_name};

use super::source::{SettingError, Source};
use super::tree::{Kind, Node};

/// A table whose settings are taken out by name. [`Table::finish`] refuses what is unknown.
#[derive(Debug)]
#[must_use = "call `finish`, which refuses unknown settings"]
pub(crate) struct Table {
    /// The name of the table with a dot at its end; empty for the root.
    pub(super) prefix: String,
    source: Source,
    entries: BTreeMap<String, Node>,
    known: Vec<&'static str>,
    /// Of a table that is not given: the error at a table with a name that is near.
    misspelt: Option<SettingError>,
}

impl Table {
    pub(crate) fn root(node: Node) -> Self {
        let entries = match node.kind {
            Kind::Table(entries) => entries,
            _ => BTreeMap::new(),
        };
        Self {
            prefix: String::new(),
            source: node.source,
            entries,
            known: Vec::new(),
            misspelt: None,
        }
    }

    /// The table of this name, empty if there is none, and whether there is one.
    pub(crate) fn table(&mut self, name: &'static str) -> Result<(Self, bool), SettingError> {
        let setting = format!("{}{name}", self.prefix);
        let node = self.take(name);
        let is_given = node.is_some();
        let misspelt = if is_given { None } else { self.misspelt(name) };
        let node = node.unwrap_or_else(|| Node {
            kind: Kind::Table(BTreeMap::new()),
            source: self.source.clone(),
        });
        let table = Self::of(setting, node)?;
        Ok((Self { misspelt, ..table }, is_given))
    }

    /// The tables of a list.
    pub(crate) fn tables(&mut self, name: &'static str) -> Result<Vec<Self>, SettingError> {
        let setting = format!("{}{name}", self.prefix);
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Node {
                kind: Kind::List(nodes),
                ..
            }) => nodes
                .into_iter()
                .map(|node| Self::of(setting.clone(), node))
                .collect(),
            Some(Node { kind, source }) => {
                let expected = format!("tables that begin with `[[{setting}]]`");
                Err(mistyped(&source, &setting, &kind, &expected))
            }
        }
    }

    /// The error that a setting is missing, or that its name or that of its table is misspelt.
    pub(crate) fn missing(&self, name: &str, expected: &str) -> SettingError {
        if let Some(misspelt) = self.misspelt(name).or_else(|| self.misspelt.clone()) {
            return misspelt;
        }
        let setting = format!("{}{name}", self.prefix);
        let reason = format!("it is missing; expected {expected}");
        SettingError::new(&self.source, &setting, reason)
    }

    /// The error at a setting whose name is near, and not that of a setting.
    fn misspelt(&self, name: &str) -> Option<SettingError> {
        let unread = self.entries.keys().map(String::as_str);
        let found = nearest_name(name, unread)?;
        let source = &self.entries.get(found)?.source;
        let setting = format!("{}{found}", self.prefix);
        let reason = format!("unknown setting; did you mean `{name}`, which is missing?");
        Some(SettingError::new(source, &setting, reason))
    }

    /// The error that the table as a whole is refused.
    pub(crate) fn refuse(&self, reason: impl fmt::Display) -> SettingError {
        SettingError::new(&self.source, self.prefix.trim_end_matches('.'), reason)
    }

    /// Refuses the entry of this name, which another setting rules out.
    pub(crate) fn exclude(&mut self, name: &'static str, reason: &str) -> Result<(), SettingError> {
        let setting = format!("{}{name}", self.prefix);
        let error = |node: Node| SettingError::new(&node.source, &setting, reason);
        self.entries.remove(name).map(error).map_or(Ok(()), Err)
    }

    /// Refuses a setting that was not read.
    pub(crate) fn finish(mut self) -> Result<(), SettingError> {
        let Some((name, node)) = self.entries.pop_first() else {
            return Ok(());
        };
        self.known.sort_unstable();
        let setting = format!("{}{name}", self.prefix);
        let nearest = nearest_name(&name, self.known.iter().copied());
        let hint = nearest.map(|known| format!("; did you mean `{known}`?"));
        let known = self.known.join(", ");
        let reason = format!(
            "unknown setting; known here: {known}{}",
            hint.unwrap_or_default()
        );
        Err(SettingError::new(&node.source, &setting, reason))
    }

    fn of(setting: String, node: Node) -> Result<Self, SettingError> {
        let entries = match node.kind {
            Kind::Table(entries) => entries,
            other => return Err(mistyped(&node.source, &setting, &other, "a table")),
        };
        Ok(Self {
            prefix: format!("{setting}."),
            source: node.source,
            entries,
            known: Vec::new(),
            misspelt: None,
        })
    }

    pub(super) fn take(&mut self, name: &'static str) -> Option<Node> {
        self.known.push(name);
        self.entries.remove(name)
    }
}

pub(super) fn mistyped(
    source: &Source,
    setting: &str,
    came: &Kind,
    expected: &str,
) -> SettingError {
    let came = match came {
        // Each variable is a text; what is wrong is the value.
        Kind::Environment(text) => ValueForm::Text.shown(text),
        other => other.name().to_owned(),
    };
    let reason = format!("came {came}, expected {expected}");
    SettingError::new(source, setting, reason)
}
