//! From the command line to a guard: every setting is checked by the library before anything is served.

use sender_constraint::Guard;
use sender_constraint::exceptions::ExceptionFile;
use sender_constraint::revocation::DenyFile;

use super::at::{at, in_options};
use super::issuers::Issuers;
use super::nonces::nonces;
use super::options::Options;
use super::profile;
use super::settings::{at_option, settings};
use super::shared::Shared;

/// What needs neither keys nor a store.
pub(crate) fn check(options: &Options) -> Result<(), String> {
    let settings = settings(options);
    settings.dpop().map_err(at_option)?;
    settings.mtls().map_err(at_option)?;
    profile::check(options)
}

pub(crate) fn guard(options: &Options, issuers: Issuers, shared: Shared) -> Result<Guard, String> {
    let settings = settings(options);
    let mut guard = settings.with_policy(profile::builder(options, issuers.tokens)?);
    if let Some(mut proofs) = settings.dpop().map_err(at_option)? {
        if let Some(nonces) = nonces(options)? {
            proofs = proofs.nonces(nonces);
        }
        if let Some(store) = shared.replay {
            proofs = proofs.replay_store(store);
        }
        guard = guard.dpop(proofs);
    }
    if let Some(mtls) = settings.mtls().map_err(at_option)? {
        guard = guard.mtls(mtls);
    }
    if let Some(denied) = shared.denied {
        guard = guard.revocation(denied);
    }
    if let Some(file) = &options.issuers.deny {
        guard = guard.revocation(DenyFile::watch(file).map_err(at("--deny"))?);
    }
    if let Some(file) = &options.issuers.exceptions {
        guard = guard.exception_file(ExceptionFile::watch(file).map_err(at("--exceptions"))?);
    }
    guard.build().map_err(in_options)
}
