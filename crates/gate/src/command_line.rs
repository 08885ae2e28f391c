//! The command line.

use std::path::PathBuf;

/// What the process was started for.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Command {
    /// Whether the configuration is valid.
    Check(PathBuf),
    Help,
    Serve(PathBuf),
    Version,
}

impl Command {
    /// Reads the arguments after the program.
    pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut path = None;
        let mut is_check = false;
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--check" => is_check = true,
                "-h" | "--help" => return Ok(Self::Help),
                "-V" | "--version" => return Ok(Self::Version),
                "-c" | "--config" => {
                    let file = arguments.next();
                    let file = file.ok_or_else(|| format!("{argument} needs a file"))?;
                    if path.replace(PathBuf::from(file)).is_some() {
                        return Err(format!("{argument} came twice"));
                    }
                }
                other => return Err(format!("unknown argument {other:?}; see --help")),
            }
        }
        let path = path.ok_or("--config FILE is missing; see --help")?;
        Ok(if is_check {
            Self::Check(path)
        } else {
            Self::Serve(path)
        })
    }
}

pub(crate) const HELP: &str = "\
Accepts requests whose access token was issued to their sender (DPoP, mutual TLS), and forwards them;
or answers for another proxy whether a request may pass.

Usage: sender-constraint-gate --config FILE [--check]

  -c, --config FILE  the configuration, in TOML
      --check        say whether the configuration is valid, without network, and exit
  -h, --help         this text
  -V, --version      the version

Environment:
  SENDER_CONSTRAINT_GATE__<SETTING>  overrides a setting: SENDER_CONSTRAINT_GATE__DPOP__MAX_AGE_SECONDS=30
  RUST_LOG                           what is logged

Signals:
  SIGHUP             reads the configuration again
  SIGTERM, SIGINT    stop: no new connections, and `limits.shutdown_seconds` for requests under way; at once
                     on a second signal";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_strictly() {
        let read = |line: &str| Command::read(line.split_whitespace().map(str::to_owned));
        assert_eq!(read("--config a.toml"), Ok(Command::Serve("a.toml".into())));
        assert_eq!(
            read("--check -c a.toml"),
            Ok(Command::Check("a.toml".into()))
        );
        assert_eq!(read("--help"), Ok(Command::Help));
        for (wrong, expected) in [
            ("", "--config FILE is missing; see --help"),
            ("--check", "--config FILE is missing; see --help"),
            ("--config", "--config needs a file"),
            ("a.toml", "unknown argument \"a.toml\"; see --help"),
            ("-c a -c b", "-c came twice"),
            ("--chek -c a", "unknown argument \"--chek\"; see --help"),
        ] {
            assert_eq!(read(wrong), Err(expected.to_owned()), "{wrong}");
        }
    }
}
