//! Log lines: one for each event, for people or as JSON, with options in place of the library's settings.

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::governed::options_of;
use super::hints;
use super::json;
use super::options::LogFormat;

/// Writes events to `writer`.
pub(crate) struct Lines<W> {
    pub(crate) format: LogFormat,
    pub(crate) has_colors: bool,
    pub(crate) writer: W,
}

/// The fields of an event, and those of the spans around it.
#[derive(Clone, Default)]
struct Fields(Vec<(&'static str, Value)>);

impl<W> Lines<W> {
    fn text(&self, level: Level, mut fields: Fields) -> String {
        let mut line = String::new();
        if fields.text_of("method").is_some()
            && let Some(path) = fields.take("path")
        {
            let method = fields.take("method").unwrap_or_default();
            line.push_str(&format!("{method} {path}: "));
        }
        line.push_str(&fields.take("message").unwrap_or_default());
        let kind = fields.take("kind");
        if let Some(kind) = &kind {
            line.push_str(&format!(" ({kind})"));
        }
        let reason = fields.take("reason");
        for (name, value) in fields.0 {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            line.push_str(&format!(" {name}={value}"));
        }
        if let Some(reason) = reason {
            let reason = hints::with_options(&reason, kind.as_deref().unwrap_or_default());
            line.push_str(&format!(": {reason}"));
        }
        format!("{} {} {}", now(), self.name_of(level), visible(&line))
    }

    fn json(level: Level, target: &str, mut fields: Fields) -> String {
        let message = fields.take("message").unwrap_or_default();
        let mut members = vec![
            ("time", Value::from(now())),
            ("level", level.as_str().into()),
            ("target", target.into()),
            ("message", message.into()),
        ];
        let options = fields.text_of("kind").and_then(options_of);
        members.extend(
            fields
                .0
                .into_iter()
                .map(|(name, value)| (name, unquoted(value))),
        );
        members.extend(options.map(|options| ("options", options.into())));
        json::line(&members)
    }

    fn name_of(&self, level: Level) -> String {
        let color = match level {
            Level::ERROR => 31,
            Level::WARN => 33,
            Level::INFO => 32,
            _ => 34,
        };
        if self.has_colors {
            format!("\u{1b}[{color}m{level:5}\u{1b}[0m")
        } else {
            format!("{level:5}")
        }
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        let spans = context.event_scope(event).into_iter();
        for span in spans.flat_map(|spans| spans.from_root()) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.0.extend(outer.0.iter().cloned());
            }
        }
        event.record(&mut fields);
        let metadata = event.metadata();
        let line = match self.format {
            LogFormat::Text => self.text(*metadata.level(), fields),
            LogFormat::Json => Self::json(*metadata.level(), metadata.target(), fields),
        };
        // Without standard error there is nowhere to say so.
        let _ = std::io::Write::write_all(&mut self.writer.make_writer(), (line + "\n").as_bytes());
    }
}

impl Fields {
    /// An event's own field replaces that of a span.
    fn set(&mut self, field: &Field, value: Value) {
        let name = field.name();
        // Where in its source a crate without `tracing` logs.
        if name.starts_with("log.") {
            return;
        }
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
    }

    fn text_of(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == name)?;
        value.as_str()
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        match self.0.remove(at).1 {
            Value::String(text) => Some(text),
            value => Some(value.to_string()),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let text = hints::in_options(&format!("{value:?}"));
        self.set(field, text.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, hints::in_options(value).into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }
}

/// Excerpts have quotes of their own, which set them apart in text.
fn unquoted(value: Value) -> Value {
    let text = value
        .as_str()
        .and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    let plain = text.filter(|text| !text.contains(['"', '\\']));
    plain.map_or_else(|| value.clone(), Value::from)
}

/// Every character but those of printable ASCII escaped: some move the cursor of a terminal, or reverse the text.
fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        if (' '..='~').contains(&character) {
            visible.push(character);
        } else {
            visible.extend(character.escape_default());
        }
    }
    visible
}

/// RFC 3339, in UTC.
fn now() -> String {
    let mut now = String::new();
    let _ = SystemTime.format_time(&mut Writer::new(&mut now));
    now
}
