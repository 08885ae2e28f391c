//! Files with settings that change while the server runs: TOML, read again when they change.

mod in_effect;
mod text;
mod toml_text;
mod watched;

pub(crate) use in_effect::InEffect;
pub(crate) use toml_text::{ContentError, parse, time};
pub(crate) use watched::{Contents, DEFAULT_INTERVAL, Watched};
