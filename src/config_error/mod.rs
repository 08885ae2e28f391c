//! Why a configuration is refused: reported to the operator at construction, with the offending text.

mod debug;
mod error;
mod ranges;
mod secrets;
#[cfg(feature = "config")]
mod settings_text;
#[cfg(all(test, feature = "config"))]
mod tests;
mod text;

pub use error::ConfigError;
pub(crate) use ranges::{in_range, size_in_range};
pub use secrets::{NonceSecretError, SharedSecretError};
