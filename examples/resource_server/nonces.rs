//! DPoP nonces: the mode, and the secrets in a file, which is read again on SIGHUP.

use std::time::Duration;

use sender_constraint::proof::{NonceSecretFile, NonceSecrets, Nonces};

use super::at::at;
use super::options::{NonceMode, Options};

/// `None` without `--nonce`.
pub(crate) fn nonces(options: &Options) -> Result<Option<Nonces>, String> {
    let nonce = &options.nonces;
    let constructor = match nonce.nonce {
        NonceMode::Off => return unused(options),
        NonceMode::Required => Nonces::required,
        NonceMode::Skew => Nonces::on_clock_skew,
    };
    let secrets = match &nonce.nonce_secret {
        Some(path) => of_file(path)?,
        None => NonceSecrets::random().map_err(at("--nonce"))?,
    };
    let nonces = constructor(secrets);
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

fn of_file(path: &str) -> Result<NonceSecrets, String> {
    let secrets = NonceSecretFile::read(path).and_then(|file| file.secrets());
    let secrets = secrets.map_err(at("--nonce-secret"))?;
    reread_on_hangup(path.to_owned(), secrets.clone())?;
    Ok(secrets)
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
