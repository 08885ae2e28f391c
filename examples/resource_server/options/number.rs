//! Options that are numbers, with an error that says what is expected.

use std::str::FromStr;

/// Reads a number; `expected` names its unit and range, which the library checks.
pub(super) fn number<T: FromStr>(
    expected: &'static str,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| text.parse().map_err(|_| format!("expected {expected}"))
}

/// The same, for a number of seconds that no function of the library checks.
pub(super) fn seconds_up_to(
    most: u64,
) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
    move |text| {
        let seconds = text.parse().ok().filter(|seconds| *seconds <= most);
        seconds.ok_or_else(|| format!("expected a number of seconds from 0 to {most}"))
    }
}
