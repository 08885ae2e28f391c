//! Settings by environment variables and by serde.

mod audience;
mod audiences;
mod built;
mod concealed;
mod errors;
mod keys;
mod limits;
mod metadata;
mod names;
mod secrets;
mod unreachable;
mod unused;
mod writing;

use sender_constraint::config::{GuardConfig, SettingError};
use serde_json::json;

use crate::common::*;

/// A file with the key set of the issuer of [`World`].
fn jwks() -> TempFile {
    let issuer = Key::from_seed("ES256", 0);
    TempFile::new(&json!({"keys": [issuer.published("k1")]}).to_string())
}

/// The settings of variables with the usual prefix, which `variables` do not have.
fn from_variables(variables: &[(&str, &str)]) -> Result<GuardConfig, SettingError> {
    let named = variables
        .iter()
        .map(|(name, value)| (format!("{}{name}", GuardConfig::PREFIX), *value));
    GuardConfig::from_variables(GuardConfig::PREFIX, named)
}

/// The simplest settings, with keys from a file, and these.
fn with_variables(jwks: &TempFile, more: &[(&str, &str)]) -> Result<GuardConfig, SettingError> {
    let path = jwks.path().display().to_string();
    let mut variables = vec![
        ("ISSUER", ISSUER),
        ("ORIGIN", ORIGIN),
        ("ISSUER_JWKS", &path),
    ];
    variables.retain(|(name, _)| !more.iter().any(|(changed, _)| changed == name));
    variables.extend(more);
    from_variables(&variables)
}

/// A guarded service with the guard of these settings.
async fn world(config: &GuardConfig) -> World {
    let builder = config.builder().await.expect("usable settings");
    let clock = TestClock::at(NOW);
    let builder = builder.clock(clock.clone());
    World::around(Key::from_seed("ES256", 0), clock, builder)
}
