//! One of the two programs: started, signalled, and its exit status.

use std::fs::{File, read_to_string};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::client::Target;

pub(crate) struct Program {
    child: Child,
    pub(crate) process: u32,
    pub(crate) targets: Targets,
}

/// What is requested of a program.
#[derive(Clone)]
pub(crate) struct Targets {
    pub(crate) accounts: Target,
    pub(crate) upload: Target,
    /// Of the gate: a response of some megabytes.
    pub(crate) large: Target,
}

impl Targets {
    pub(crate) fn of(origin: &str) -> Result<Self, String> {
        Ok(Self {
            accounts: Target::parse(&format!("{origin}/accounts"))?,
            upload: Target::parse(&format!("{origin}/upload"))?,
            large: Target::parse(&format!("{origin}/large"))?,
        })
    }
}

/// Where a program writes its log.
#[derive(Clone)]
pub(crate) enum Log {
    File(PathBuf),
    /// Each write fails with ENOSPC.
    FullDisk,
}

impl Program {
    /// Returns once it listens. `out` receives its standard output.
    pub(crate) async fn start(
        mut command: Command,
        origin: &str,
        out: &Path,
        log: &Log,
    ) -> Result<Self, String> {
        let at = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let stdout = File::create(out).map_err(|error| at(out, error))?;
        let path = match log {
            Log::File(path) => path.as_path(),
            Log::FullDisk => Path::new("/dev/full"),
        };
        let stderr = File::options()
            .create(matches!(log, Log::File(_)))
            .append(true)
            .open(path);
        let stderr = stderr.map_err(|error| at(path, error))?;
        command.stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let program = command.as_std().get_program().display().to_string();
        let child = command.kill_on_drop(true).spawn();
        let mut child = child.map_err(|error| format!("{program}: {error}"))?;
        let start = Instant::now();
        while !read_to_string(out)
            .unwrap_or_default()
            .contains("listening on")
        {
            if let Ok(Some(status)) = child.try_wait() {
                return Err(format!("{program} ended at its start: {status}"));
            }
            if start.elapsed() > START_TIME {
                return Err(format!(
                    "{program} does not listen {START_TIME:?} after its start"
                ));
            }
            sleep(Duration::from_millis(20)).await;
        }
        let process = child.id().ok_or("a program ended at its start")?;
        let targets = Targets::of(origin)?;
        Ok(Self {
            child,
            process,
            targets,
        })
    }

    /// Sends SIGTERM.
    pub(crate) async fn terminate(&self) -> Result<(), String> {
        let kill = format!("kill -TERM {}", self.process);
        let done = Command::new("sh").args(["-c", &kill]).status().await;
        match done {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{kill}: {status}")),
            Err(error) => Err(format!("{kill}: {error}")),
        }
    }

    /// The exit status and how long it took, if that is at most `most`.
    pub(crate) async fn wait(&mut self, most: Duration) -> Result<(ExitStatus, Duration), String> {
        let start = Instant::now();
        match timeout(most, self.child.wait()).await {
            Ok(Ok(status)) => Ok((status, start.elapsed())),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("still running {} s after SIGTERM", most.as_secs())),
        }
    }
}

const START_TIME: Duration = Duration::from_secs(30);
