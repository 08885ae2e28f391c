//! The program: its command line, its signals, its exit status.

use std::io::{stderr, stdout};
use std::path::Path;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use crate::command_line::{Command, HELP};
use crate::config::{COMMON_PREFIX, Config, SettingError};
use crate::gate::Gate;
use crate::log;
use crate::running::Running;
use crate::summary;

/// Runs the program with the arguments after its name. Status 2 is that of a wrong command line or configuration.
pub async fn run(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    let outcome = match Command::read(arguments) {
        Ok(Command::Help) => {
            log::write(stdout(), &format!("{HELP}\n"));
            return ExitCode::SUCCESS;
        }
        Ok(Command::Version) => {
            let version = env!("CARGO_PKG_VERSION");
            log::write(stdout(), &format!("sender-constraint-gate {version}\n"));
            return ExitCode::SUCCESS;
        }
        Ok(Command::Check(path)) => check(&path).await,
        Ok(Command::Serve(path)) => serve(&path).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::write(stderr(), &format!("sender-constraint-gate: {error}\n"));
            ExitCode::from(2)
        }
    }
}

/// Those of the gate. A text that is not Unicode is none of a setting, and must not be passed over.
fn variables() -> Result<Vec<(String, String)>, String> {
    let named =
        std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value));
    let named = named.filter(|(name, _)| name.starts_with(COMMON_PREFIX));
    named
        .map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(format!(
                "environment variable {}: its value is not valid Unicode",
                name.escape_debug()
            )),
        })
        .collect()
}

async fn check(path: &Path) -> Result<(), String> {
    let text = |error: SettingError| error.to_string();
    let config = Config::load(path, variables()?).map_err(text)?;
    log::to_stderr(&config.log).map_err(text)?;
    let gate = Gate::check(config, None).await.map_err(text)?;
    // With the warnings about checks that are loosened.
    summary::log_config(gate.config(), &gate.config().server.listen.value);
    log::write(stdout(), &format!("{}: valid\n", path.display()));
    Ok(())
}

async fn serve(path: &Path) -> Result<(), String> {
    let text = |error: SettingError| error.to_string();
    let variables = variables()?;
    let log = Config::load(path, variables.clone()).map_err(text)?.log;
    log::to_stderr(&log).map_err(text)?;
    // Before it listens: from here on no signal ends the process by itself.
    let signals = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::terminate(),
    ];
    let [hangup, interrupt, terminate] = signals.map(signal);
    let unset = |error: std::io::Error| format!("signals cannot be handled: {error}");
    let (mut hangup, mut interrupt, mut terminate) = (
        hangup.map_err(unset)?,
        interrupt.map_err(unset)?,
        terminate.map_err(unset)?,
    );
    let running = Running::start(path, variables.clone())
        .await
        .map_err(text)?;
    log::write(stdout(), &format!("listening on {}\n", running.address()));
    loop {
        tokio::select! {
            _ = hangup.recv() => match running.reload(variables.clone()).await {
                Ok(()) => tracing::info!("the configuration was read again"),
                Err(error) => tracing::error!(%error, "the previous configuration stays in effect"),
            },
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
        }
    }
    tracing::info!("stopping");
    tokio::select! {
        () = running.stop() => {}
        // A second signal ends it at once.
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
