//! From the command line to a guard: every setting is checked by the library before anything is served.

use std::sync::Arc;

use sender_constraint::exceptions::ExceptionFile;
use sender_constraint::proof::Nonces;
use sender_constraint::replay::ReplayStore;
use sender_constraint::revocation::DenyFile;
use sender_constraint::{Guard, GuardBuilder};

use super::at::{at, in_options};
use super::issuers::Issuers;
use super::nonces::{nonces, read_once};
use super::options::Options;
use super::profile;
use super::settings::{at_option, settings};
use super::shared::Shared;

/// Refuses what [`guard`] would refuse, without keys and without a store.
pub(crate) fn check(options: &Options) -> Result<(), String> {
    let settings = settings(options);
    settings.dpop().map_err(at_option)?;
    settings.mtls().map_err(at_option)?;
    profile::check(options)?;
    let mut builder = with_proofs(
        options,
        Issuers::unfetched(options)?,
        read_once(options)?,
        None,
    )?;
    if let Some(file) = &options.issuers.deny {
        builder = builder.revocation(DenyFile::open(file).map_err(at("--deny"))?);
    }
    if let Some(file) = &options.issuers.exceptions {
        builder = builder.exception_file(ExceptionFile::open(file).map_err(at("--exceptions"))?);
    }
    builder.build().map(drop).map_err(in_options)
}

pub(crate) fn guard(options: &Options, issuers: Issuers, shared: Shared) -> Result<Guard, String> {
    let mut guard = with_proofs(options, issuers, nonces(options)?, shared.replay)?;
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

fn with_proofs(
    options: &Options,
    issuers: Issuers,
    nonces: Option<Nonces>,
    store: Option<Arc<dyn ReplayStore>>,
) -> Result<GuardBuilder, String> {
    let settings = settings(options);
    let mut guard = settings.with_policy(profile::builder(options, issuers.tokens)?);
    if let Some(mut proofs) = settings.dpop().map_err(at_option)? {
        if let Some(nonces) = nonces {
            proofs = proofs.nonces(nonces);
        }
        if let Some(store) = store {
            proofs = proofs.replay_store(store);
        }
        guard = guard.dpop(proofs);
    }
    if let Some(mtls) = settings.mtls().map_err(at_option)? {
        guard = guard.mtls(mtls);
    }
    Ok(guard)
}
