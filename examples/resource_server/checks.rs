//! What is checked before anything is fetched, connected or bound: a wrong option is reported also while the issuer, or
//! Redis, does not answer.

use sender_constraint::require::Require;
use tracing::subscriber::{NoSubscriber, with_default};

use super::options::Options;
use super::requirement::requirement;
use super::{app, guard, redis};

/// What every request requires, if all options are usable.
pub(crate) fn check(options: &Options) -> Result<Require, String> {
    let require = requirement(&options.requirements)?;
    redis::check(&options.shared)?;
    app::check(&options.development)?;
    // The guard that serves reports what weakens it.
    with_default(NoSubscriber::new(), || guard::check(options))?;
    Ok(require)
}
