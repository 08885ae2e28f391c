//! The log, on standard error: text or JSON.

use std::io::Write;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt, registry};

use crate::config::{Log, LogFormat, SettingError};

/// Writes events from here on. `RUST_LOG` takes precedence over `log.filter`.
pub(crate) fn to_stderr(settings: &Log) -> Result<(), SettingError> {
    let filter = match (std::env::var("RUST_LOG"), &settings.filter) {
        (Ok(filter), _) if !filter.is_empty() => EnvFilter::new(filter),
        (_, Some(filter)) => filter.read(|filter| EnvFilter::try_new(filter))?,
        (_, None) => EnvFilter::new(DEFAULT_FILTER),
    };
    let started = subscriber(filter, settings.format, std::io::stderr).try_init();
    // Another one was set up before: by a test.
    drop(started);
    Ok(())
}

/// Writes what is not an event. A line that cannot be written is lost: `println!` and `eprintln!` panic when the disk is full
/// or the pipe is closed.
pub(crate) fn write(mut output: impl Write, text: &str) {
    let _ = output.write_all(text.as_bytes());
    let _ = output.flush();
}

fn subscriber<W>(
    filter: EnvFilter,
    format: LogFormat,
    writer: W,
) -> impl Subscriber + Send + Sync + Into<tracing::Dispatch>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_writer(writer).with_ansi(false);
    let layer = match format {
        LogFormat::Json => layer.json().boxed(),
        LogFormat::Text => layer.boxed(),
    };
    registry().with(layer.with_filter(filter.and(filter_fn(is_without_secrets))))
}

/// Other crates write frames, connections and messages on the levels `debug` and `trace`, with credentials in them.
/// Therefore no filter can enable these events.
fn is_without_secrets(event: &Metadata<'_>) -> bool {
    *event.level() <= Level::INFO || event.target().starts_with("sender_constraint")
}

pub(crate) const DEFAULT_FILTER: &str = "info,h2=error,hyper=error,hyper_util=error,rustls_platform_verifier=off,sender_constraint=debug";

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(filter: &str, format: LogFormat) -> String {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = subscriber(EnvFilter::new(filter), format, move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::trace!(target: "h2::codec", "frame");
            tracing::debug!(target: "hyper_util::client", "request");
            tracing::trace!(target: "reqwest::connect", "bytes");
            tracing::warn!(target: "hyper", "refused");
            tracing::trace!(target: "sender_constraint::keys", "own");
            tracing::debug!(target: "sender_constraint_gate", "own");
        });
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn no_filter_enables_what_other_crates_write_of_messages() {
        for filter in ["trace", "h2=trace,hyper_util=trace,sender_constraint=trace"] {
            let text = written(filter, LogFormat::Text);
            assert!(
                ["frame", "request", "bytes"]
                    .iter()
                    .all(|it| !text.contains(it)),
                "{text}"
            );
            assert_eq!(text.matches("own").count(), 2, "{text}");
            assert_eq!(text.contains("refused"), filter == "trace", "{text}");
        }
    }

    #[test]
    fn json_has_one_object_on_each_line() {
        let text = written("info", LogFormat::Json);
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["fields"]["message"], "refused");
    }
}
