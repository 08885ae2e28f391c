//! Errors of the library as errors of options.

use std::fmt::Display;

use super::hints;

/// Puts the option in front of what is wrong with it.
pub(crate) fn at<E: Display>(option: &str) -> impl FnOnce(E) -> String {
    move |error| format!("{option}: {}", in_options(error))
}

/// For an error that concerns several options.
pub(crate) fn in_options(error: impl Display) -> String {
    hints::in_options(&error.to_string())
}
