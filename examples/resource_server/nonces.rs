//! DPoP nonces: the mode, and the secrets in a file, which is read again on SIGHUP.

use std::time::Duration;

use sender_constraint::proof::{NonceSecretFile, NonceSecrets, Nonces};

use super::at::at;
use super::options::{NonceMode, Options};

/// `None` without `--nonce`. The file is read again on SIGHUP.
pub(crate) fn nonces(options: &Options) -> Result<Option<Nonces>, String> {
    let secrets = secrets(options)?;
    if let (Some(path), Some(secrets)) = (&options.nonces.nonce_secret, &secrets) {
        reread_on_hangup(path.to_owned(), secrets.clone())?;
    }
    with_secrets(options, secrets)
}

/// The same, of a file that is read once.
pub(crate) fn read_once(options: &Options) -> Result<Option<Nonces>, String> {
    with_secrets(options, secrets(options)?)
}

/// `None` without `--nonce`.
fn secrets(options: &Options) -> Result<Option<NonceSecrets>, String> {
    if options.nonces.nonce == NonceMode::Off {
        return Ok(None);
    }
    let secrets = match &options.nonces.nonce_secret {
        Some(path) => NonceSecretFile::read(path)
            .and_then(|file| file.secrets())
            .map_err(at("--nonce-secret")),
        None => NonceSecrets::random().map_err(at("--nonce")),
    };
    secrets.map(Some)
}

fn with_secrets(
    options: &Options,
    secrets: Option<NonceSecrets>,
) -> Result<Option<Nonces>, String> {
    let nonce = &options.nonces;
    let nonces = match (nonce.nonce, secrets) {
        (NonceMode::Off, _) | (_, None) => return unused(options),
        (NonceMode::Required, Some(secrets)) => Nonces::required(secrets),
        (NonceMode::Skew, Some(secrets)) => Nonces::on_clock_skew(secrets),
    };
    Ok(Some(match nonce.nonce_rotation {
        Some(seconds) => nonces
            .rotation(Duration::from_secs(seconds))
            .map_err(at("--nonce-rotation"))?,
        None => nonces,
    }))
}

/// An operator who names a secret expects nonces.
fn unused(options: &Options) -> Result<Option<Nonces>, String> {
    let nonce = &options.nonces;
    let named = [
        ("--nonce-secret", nonce.nonce_secret.is_some()),
        ("--nonce-rotation", nonce.nonce_rotation.is_some()),
    ];
    match named.into_iter().find(|(_, is_set)| *is_set) {
        None => Ok(None),
        Some((option, _)) => Err(format!(
            "{option}: without nonces it has no effect; expected --nonce required or --nonce skew, came --nonce off"
        )),
    }
}

#[cfg(unix)]
fn reread_on_hangup(path: String, secrets: NonceSecrets) -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hangup = signal(SignalKind::hangup()).map_err(at("SIGHUP"))?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match reread(&path, &secrets) {
                Ok(()) => tracing::info!("the nonce secrets were read again"),
                Err(error) => tracing::error!("{error}: the last valid ones stay in effect"),
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
fn reread_on_hangup(_: String, _: NonceSecrets) -> Result<(), String> {
    Ok(())
}

#[cfg(unix)]
fn reread(path: &str, secrets: &NonceSecrets) -> Result<(), String> {
    let replaced = NonceSecretFile::read(path).and_then(|file| file.replace(secrets));
    replaced.map_err(at("--nonce-secret"))
}
