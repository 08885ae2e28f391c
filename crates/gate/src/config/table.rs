//! Reads a table of settings strictly: each value once, by name and type, and nothing may be left over.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use sender_constraint::config::nearest_name;

use super::shown::shown;
use super::source::{Setting, SettingError, Source};
use super::tree::{Kind, Node};

/// A table whose settings are taken out by name. [`Table::finish`] refuses what is unknown.
#[derive(Debug)]
#[must_use = "call `finish`, which refuses unknown settings"]
pub(crate) struct Table {
    /// The name of the table with a dot at its end; empty for the root.
    prefix: String,
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

    pub(crate) fn text(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Setting<String>>, SettingError> {
        self.typed(name, "a text", text_of)
    }

    pub(crate) fn required_text(
        &mut self,
        name: &'static str,
    ) -> Result<Setting<String>, SettingError> {
        let text = self.text(name)?;
        text.ok_or_else(|| self.missing(name, "a text"))
    }

    /// False unless it is given.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool, SettingError> {
        Ok(self.set_flag(name)?.is_some())
    }

    /// Where the flag is true.
    pub(crate) fn set_flag(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Setting<()>>, SettingError> {
        let flag = self.typed(name, "true or false", |kind| match kind {
            Kind::Boolean(value) => Ok(value),
            Kind::Environment(text) if text == "true" => Ok(true),
            Kind::Environment(text) if text == "false" => Ok(false),
            other => Err(other),
        })?;
        let flag = flag.filter(|flag| flag.value);
        flag.map(|flag| flag.map(|_| Ok::<_, SettingError>(())))
            .transpose()
    }

    pub(crate) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<Setting<u64>>, SettingError> {
        self.in_range(name, range, "an integer", "")
    }

    /// A number of seconds.
    pub(crate) fn seconds(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<Setting<Duration>>, SettingError> {
        let seconds = self.in_range(name, range, "an integer, in seconds", " seconds")?;
        seconds
            .map(|it| it.map(|seconds| Ok::<_, SettingError>(Duration::from_secs(seconds))))
            .transpose()
    }

    /// One of the texts that `choices` names.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<Setting<T>>, SettingError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let choose = |text: String| {
            let chosen = choices.iter().find(|(name, _)| *name == text);
            chosen.map(|(_, value)| *value).ok_or_else(|| {
                let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
                format!(
                    "came {}, expected one of {}",
                    shown(&text),
                    names.join(", ")
                )
            })
        };
        text.map(choose).map(Some)
    }

    /// A list of texts; in an environment variable they are separated by spaces.
    pub(crate) fn texts(
        &mut self,
        name: &'static str,
    ) -> Result<Vec<Setting<String>>, SettingError> {
        let setting = format!("{}{name}", self.prefix);
        let Some(Node { kind, source }) = self.take(name) else {
            return Ok(Vec::new());
        };
        let nodes = match kind {
            Kind::List(nodes) => nodes,
            Kind::Environment(text) => text
                .split_ascii_whitespace()
                .map(|text| Node {
                    kind: Kind::Text(text.to_owned()),
                    source: source.clone(),
                })
                .collect(),
            other => return Err(mistyped(&source, &setting, &other, "a list of texts")),
        };
        let texts = nodes.into_iter().map(|Node { kind, source }| {
            let text = text_of(kind);
            let text =
                text.map_err(|other| mistyped(&source, &setting, &other, "a list of texts"))?;
            Ok(Setting::new(text, setting.clone(), source))
        });
        texts.collect()
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

    fn take(&mut self, name: &'static str) -> Option<Node> {
        self.known.push(name);
        self.entries.remove(name)
    }

    fn typed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(Kind) -> Result<T, Kind>,
    ) -> Result<Option<Setting<T>>, SettingError> {
        let setting = format!("{}{name}", self.prefix);
        let Some(Node { kind, source }) = self.take(name) else {
            return Ok(None);
        };
        match read(kind) {
            Ok(value) => Ok(Some(Setting::new(value, setting, source))),
            Err(kind) => Err(mistyped(&source, &setting, &kind, expected)),
        }
    }

    fn in_range(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
        expected: &str,
        unit: &str,
    ) -> Result<Option<Setting<u64>>, SettingError> {
        let number = self.typed(name, expected, |kind| match kind {
            Kind::Integer(number) => Ok(number),
            Kind::Environment(text) => text.parse().map_err(|_| Kind::Environment(text)),
            other => Err(other),
        })?;
        let check = |number: i64| {
            let found = u64::try_from(number).ok().filter(|it| range.contains(it));
            let (least, most) = (range.start(), range.end());
            found.ok_or_else(|| format!("came {number}, expected {least} to {most}{unit}"))
        };
        number.map(|number| number.map(check)).transpose()
    }
}

fn text_of(kind: Kind) -> Result<String, Kind> {
    match kind {
        Kind::Text(text) | Kind::Environment(text) => Ok(text),
        other => Err(other),
    }
}

fn mistyped(source: &Source, setting: &str, came: &Kind, expected: &str) -> SettingError {
    let reason = format!("came {}, expected {expected}", came.name());
    SettingError::new(source, setting, reason)
}
