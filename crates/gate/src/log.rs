//! The log, on standard error: text or JSON.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat, SettingError};

/// Writes events from here on. `RUST_LOG` takes precedence over `log.filter`.
pub(crate) fn to_stderr(settings: &Log) -> Result<(), SettingError> {
    let filter = match (std::env::var("RUST_LOG"), &settings.filter) {
        (Ok(filter), _) if !filter.is_empty() => EnvFilter::new(filter),
        (_, Some(filter)) => filter.read(|filter| EnvFilter::try_new(filter))?,
        (_, None) => EnvFilter::new(DEFAULT_FILTER),
    };
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_env_filter(filter);
    let started = match settings.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
    // Another one was set up before: by a test.
    drop(started);
    Ok(())
}

/// hyper and h2 log each frame, also with credentials in them.
const DEFAULT_FILTER: &str = "info,h2=error,hyper=error,hyper_util=error,rustls_platform_verifier=off,sender_constraint=debug";
