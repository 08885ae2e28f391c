//! Strict TOML: unknown, repeated and mistyped keys refuse the text, and errors name the line.

use serde::de::DeserializeOwned;
use toml::value::{Datetime, Offset};

use crate::time::Timestamp;

/// Why the text of a file is refused.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ContentError {
    pub(crate) line: Option<usize>,
    pub(crate) reason: String,
}

impl ContentError {
    /// An error at the byte `offset` of `text`.
    pub(crate) fn at(text: &str, offset: usize, reason: impl Into<String>) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or_default();
        let breaks = before.iter().filter(|byte| **byte == b'\n').count();
        Self {
            line: Some(breaks.saturating_add(1)),
            reason: reason.into(),
        }
    }
}

/// Parses a text. The types decide what is known: derive them with `deny_unknown_fields`.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, ContentError> {
    // A file that is being written is empty for a moment.
    if text.trim().is_empty() {
        return Err(ContentError {
            line: None,
            reason: "it is empty: a file without entries needs a comment".to_owned(),
        });
    }
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let lines: Vec<_> = error.message().lines().collect();
        ContentError::at(text, offset, lines.join("; "))
    })
}

/// The point in time that the key `key` has.
pub(crate) fn time(key: &str, value: &Datetime) -> Result<Timestamp, String> {
    instant(value).ok_or_else(|| {
        format!("`{key}` is {value}, not a date-time with an offset, such as 2026-01-31T12:00:00Z")
    })
}

/// The point in time of a TOML date-time with an offset (RFC 3339); `None` for a local one, or one before 1970.
fn instant(value: &Datetime) -> Option<Timestamp> {
    let (date, time) = (value.date?, value.time?);
    let days = days_since_1970(date.year.into(), date.month.into(), date.day.into());
    let minutes = match value.offset? {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes),
    };
    let clock = i64::from(time.hour) * 3600 + i64::from(time.minute) * 60;
    let second = i64::from(time.second.unwrap_or(0));
    let seconds = days * 86_400 + clock + second - minutes * 60;
    u64::try_from(seconds)
        .ok()
        .map(Timestamp::from_unix_seconds)
}

/// Days in the Gregorian calendar, counted in years that begin in March, whose leap day is the last.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - DAYS_TO_1970
}

/// From 0000-03-01.
const DAYS_TO_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_are_points_in_time() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T23:59:59Z", Some(951_868_799)),
            ("2000-03-01T00:00:00Z", Some(951_868_800)),
            ("2026-01-01T00:00:00Z", Some(1_767_225_600)),
            ("2026-01-01T02:00:00+02:00", Some(1_767_225_600)),
            ("2025-12-31T19:30:00-04:30", Some(1_767_225_600)),
            ("2100-03-01T00:00:00Z", Some(4_107_542_400)),
            ("2026-01-01T00:00:00", None),
            ("2026-01-01", None),
            ("00:00:00", None),
            ("1969-12-31T23:59:59Z", None),
        ] {
            let value: Datetime = text.parse().unwrap();
            let expected = seconds.map(Timestamp::from_unix_seconds);
            assert_eq!(instant(&value), expected, "{text}");
        }
    }
}
