//! The `Debug` form of an error, and errors that cannot occur.

use std::convert::Infallible;
use std::fmt;

use super::error::ConfigError;

/// For arguments that need no conversion.
impl From<Infallible> for ConfigError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
