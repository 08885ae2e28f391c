//! Reads the values of a table, each by its type.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::source::{Setting, SettingError};
use super::table::{Table, mistyped};
use super::tree::{Kind, Node};

impl Table {
    pub(crate) fn text(
        &mut self,
        name: &'static str,
    ) -> Result<Option<Setting<String>>, SettingError> {
        let text = self.typed(name, "a text", text_of)?;
        Ok(text.map(Setting::concealable))
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
                format!("came {text:?}, expected one of {}", names.join(", "))
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
            Ok(Setting::new(text, setting.clone(), source).concealable())
        });
        texts.collect()
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
