//! DPoP nonces: the mode, and the secrets in a file, which is read again on SIGHUP.

use std::path::Path;
use std::time::Duration;

use sender_constraint::proof::{NonceSecret, NonceSecrets, Nonces};

use super::at::at;
use super::options::{NonceMode, Options};

/// `None` without `--nonce`.
pub(crate) fn nonces(options: &Options) -> Result<Option<Nonces>, String> {
    let nonce = &options.nonces;
    let constructor = match nonce.nonce {
        NonceMode::Off => return Ok(None),
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

/// The first line of the file issues nonces, the other ones only verify them.
fn of_file(path: &str) -> Result<NonceSecrets, String> {
    let (issuing, verify_only) = read(path.as_ref())?;
    let secrets = NonceSecrets::new(issuing.clone());
    let replaced = secrets.replace(issuing, verify_only);
    replaced.map_err(at("--nonce-secret"))?;
    reread_on_hangup(path.to_owned(), secrets.clone())?;
    Ok(secrets)
}

/// The error names the line, and never shows it.
fn read(path: &Path) -> Result<(NonceSecret, Vec<NonceSecret>), String> {
    let option = format!("--nonce-secret {path:?}");
    let text = std::fs::read_to_string(path).map_err(at(&option))?;
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty());
    let secrets = lines.map(|(number, line)| {
        let option = format!("{option}, line {}", number + 1);
        NonceSecret::from_base64url(line).map_err(at(&option))
    });
    let mut secrets = secrets.collect::<Result<Vec<_>, _>>()?.into_iter();
    let issuing = secrets.next();
    let issuing = issuing.ok_or_else(|| format!("{option}: it has no secret"))?;
    Ok((issuing, secrets.collect()))
}

#[cfg(unix)]
fn reread_on_hangup(path: String, secrets: NonceSecrets) -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hangup = signal(SignalKind::hangup()).map_err(at("SIGHUP"))?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match reread(path.as_ref(), &secrets) {
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
fn reread(path: &Path, secrets: &NonceSecrets) -> Result<(), String> {
    let (issuing, verify_only) = read(path)?;
    let replaced = secrets.replace(issuing, verify_only);
    replaced.map_err(at("--nonce-secret"))
}
