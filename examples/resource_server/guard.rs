//! From the command line to a guard: every setting is checked by the library before anything is served.

use std::time::Duration;

use sender_constraint::Guard;
use sender_constraint::exceptions::ExceptionFile;
use sender_constraint::proof::{Dpop, ForwardedHost};
use sender_constraint::revocation::DenyFile;

use super::at::{at, in_options};
use super::certificates::with_certificates;
use super::issuers::Issuers;
use super::nonces::nonces;
use super::options::{ForwardedFields, Options};
use super::peers::trusted;
use super::profile;
use super::shared::Shared;

pub(crate) fn guard(options: &Options, issuers: Issuers, shared: Shared) -> Result<Guard, String> {
    let mut proofs = dpop(options)?;
    if let Some(store) = shared.replay {
        proofs = proofs.replay_store(store);
    }
    let mut guard = profile::builder(options, issuers.tokens)?.dpop(proofs);
    if let Some(denied) = shared.denied {
        guard = guard.revocation(denied);
    }
    if options.issuers.allow_unbound {
        guard = guard.allow_unbound_tokens();
    }
    if options.issuers.report_unbound {
        guard = guard.allow_and_report_unbound_tokens();
    }
    if let Some(file) = &options.issuers.deny {
        guard = guard.revocation(DenyFile::watch(file).map_err(at("--deny"))?);
    }
    if let Some(file) = &options.issuers.exceptions {
        guard = guard.exception_file(ExceptionFile::watch(file).map_err(at("--exceptions"))?);
    }
    if options.server.accept_early_data {
        guard = guard.accept_early_data();
    }
    for member in &options.issuers.ignore_cnf {
        guard = guard.ignore_confirmation_member(member);
    }
    with_certificates(guard, options)?
        .build()
        .map_err(in_options)
}

fn dpop(options: &Options) -> Result<Dpop, String> {
    let mut dpop = origins(options)?;
    if let Some(fields) = options.server.forwarded {
        dpop = dpop.forwarded_host(forwarded_host(fields, options)?);
    }
    if let Some(names) = &options.proofs.proof_algs {
        let algorithms = super::issuers::algorithms(names).map_err(at("--proof-algs"))?;
        dpop = dpop.algorithms(algorithms).map_err(at("--proof-algs"))?;
    }
    if let Some(seconds) = options.proofs.proof_max_age {
        let age = Duration::from_secs(seconds);
        dpop = dpop.max_age(age).map_err(at("--proof-max-age"))?;
    }
    if let Some(seconds) = options.proofs.clock_skew {
        let skew = Duration::from_secs(seconds);
        dpop = dpop.clock_skew(skew).map_err(at("--clock-skew"))?;
    }
    if let Some(nonces) = nonces(options)? {
        dpop = dpop.nonces(nonces);
    }
    Ok(dpop)
}

/// The path prefix is that of each origin.
fn origins(options: &Options) -> Result<Dpop, String> {
    let is_insecure = options.development.insecure_http_origin;
    let mut dpop: Option<Dpop> = None;
    for origin in &options.server.origin {
        let next = match (dpop, is_insecure) {
            (None, false) => Dpop::new(origin),
            (None, true) => Dpop::over_insecure_http(origin),
            (Some(dpop), false) => dpop.also_origin(origin),
            (Some(dpop), true) => dpop.also_over_insecure_http(origin),
        };
        let mut next = next.map_err(at("--origin"))?;
        if let Some(prefix) = &options.server.path_prefix {
            next = next.path_prefix(prefix).map_err(at("--path-prefix"))?;
        }
        dpop = Some(next);
    }
    dpop.ok_or_else(|| "--origin: none is named".to_owned())
}

fn forwarded_host(fields: ForwardedFields, options: &Options) -> Result<ForwardedHost, String> {
    let proxies = trusted(options)?;
    let source = match fields {
        ForwardedFields::Rfc7239 => ForwardedHost::rfc7239(proxies),
        ForwardedFields::XForwarded => ForwardedHost::x_forwarded(proxies),
    };
    match options.server.forwarded_hops {
        Some(hops) => source.trusted_hops(hops).map_err(at("--forwarded-hops")),
        None => Ok(source),
    }
}
