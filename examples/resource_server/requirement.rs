//! From the command line to what every request requires.

use std::time::Duration;

use sender_constraint::require::Require;

use super::at::in_options;
use super::options::Requirements;

pub(crate) fn requirement(options: &Requirements) -> Result<Require, String> {
    let mut require = Require::any_token();
    if !options.require_scope.is_empty() {
        require = Require::scopes(&options.require_scope);
    }
    if !options.require_acr.is_empty() {
        require = require.acr(&options.require_acr);
    }
    if let Some(seconds) = options.max_age {
        require = require.max_age(Duration::from_secs(seconds));
    }
    require.validate().map_err(in_options)?;
    Ok(require)
}
