//! From the command line to what every request requires.

use std::time::Duration;

use sender_constraint::require::Require;

use super::at::at;
use super::options::Requirements;

pub(crate) fn requirement(options: &Requirements) -> Result<Require, String> {
    without_commas("--require-scope", &options.require_scope)?;
    without_commas("--require-acr", &options.require_acr)?;
    let mut require = Require::any_token();
    if !options.require_scope.is_empty() {
        require = Require::scopes(&options.require_scope);
        require.validate().map_err(at("--require-scope"))?;
    }
    if !options.require_acr.is_empty() {
        require = require.acr(&options.require_acr);
        require.validate().map_err(at("--require-acr"))?;
    }
    if let Some(seconds) = options.max_age {
        require = require.max_age(Duration::from_secs(seconds));
        require.validate().map_err(at("--max-age"))?;
    }
    Ok(require)
}

/// RFC 6749 section 3.3 allows commas, but one is nearly always meant to separate two values.
fn without_commas(option: &str, values: &[String]) -> Result<(), String> {
    match values.iter().find(|value| value.contains(',')) {
        None => Ok(()),
        Some(value) => Err(format!(
            "{option}: {value:?} has a comma; elements of the list are separated by spaces"
        )),
    }
}
