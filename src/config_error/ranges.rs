//! Amounts outside of their range.

use std::time::Duration;

use super::error::ConfigError;

/// Refuses a duration outside `least..=most`.
pub(crate) fn in_range(
    setting: &'static str,
    value: Duration,
    least: Duration,
    most: Duration,
) -> Result<Duration, ConfigError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Duration {
            setting,
            value,
            least,
            most,
        })
    }
}

/// Refuses a number outside `least..=most`.
pub(crate) fn size_in_range(
    setting: &'static str,
    value: usize,
    least: usize,
    most: usize,
) -> Result<usize, ConfigError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Size {
            setting,
            value,
            least,
            most,
        })
    }
}
