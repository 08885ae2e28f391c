//! Every setting that an environment variable can have: its key, and how the text of the variable is read.

use super::guard_config::GuardConfig;
use super::issuer_config::IssuerConfig;
use super::peer_config::{CertificateSource, ForwardedConfig, ForwardedFields, MtlsConfig};
use super::proof_config::NonceMode;
use super::setting_error::SettingReason;
use super::texts::{chosen, flag, list, number, set_text, some};

/// Reads the text of a variable into a setting.
pub(super) type Read<T> = fn(&mut T, &str) -> Result<(), SettingReason>;

/// The settings of a guard.
pub(super) const SETTINGS: [(&str, Read<GuardConfig>); 39] = [
    ("origin", origins),
    ("path_prefix", |it, text| {
        set_text(&mut it.path_prefix, text)
    }),
    ("insecure_http_origin", |it, text| {
        flag(&mut it.insecure_http_origin, text)
    }),
    ("tokens.audiences", |it, text| {
        list(&mut it.tokens.audiences, text)
    }),
    ("tokens.ca", |it, text| set_text(&mut it.tokens.ca, text)),
    ("tokens.leeway_seconds", |it, text| {
        number(
            &mut it.tokens.leeway_seconds,
            text,
            "a number of seconds from 0 to 300",
        )
    }),
    ("tokens.start_without_keys", |it, text| {
        flag(&mut it.tokens.start_without_keys, text)
    }),
    ("dpop.off", |it, text| flag(&mut it.dpop.off, text)),
    ("dpop.max_age_seconds", |it, text| {
        number(
            &mut it.dpop.max_age_seconds,
            text,
            "a number of seconds from 1 to 300",
        )
    }),
    ("dpop.clock_skew_seconds", |it, text| {
        number(
            &mut it.dpop.clock_skew_seconds,
            text,
            "a number of seconds from 0 to 60",
        )
    }),
    ("dpop.algorithms", |it, text| {
        list(&mut it.dpop.algorithms, text)
    }),
    ("nonce.mode", |it, text| {
        it.nonce.mode = chosen(text, &NonceMode::NAMES)?;
        Ok(())
    }),
    ("nonce.secret_file", |it, text| {
        set_text(&mut it.nonce.secret_file, text)
    }),
    ("nonce.rotation_seconds", |it, text| {
        number(
            &mut it.nonce.rotation_seconds,
            text,
            "a number of seconds from 10 to 300",
        )
    }),
    ("replay.capacity", |it, text| {
        number(
            &mut it.replay.capacity,
            text,
            "a number of proofs from 1024 to 2147483648",
        )
    }),
    ("replay.share_per_principal", |it, text| {
        number(
            &mut it.replay.share_per_principal,
            text,
            "a number of proofs, from a 64th of `replay.capacity` to all of it",
        )
    }),
    ("replay.checked_by_gateway_only", |it, text| {
        flag(&mut it.replay.checked_by_gateway_only, text)
    }),
    ("forwarded.fields", |it, text| {
        some(&mut forwarded(it).fields, text, &ForwardedFields::NAMES)
    }),
    ("forwarded.trusted_peers", |it, text| {
        list(&mut forwarded(it).trusted_peers, text)
    }),
    ("forwarded.trusted_hops", |it, text| {
        number(
            &mut forwarded(it).trusted_hops,
            text,
            "a number of proxies from 1 to 10",
        )
    }),
    ("mtls.source", |it, text| {
        some(&mut mtls(it).source, text, &CertificateSource::NAMES)
    }),
    ("mtls.format", |it, text| {
        set_text(&mut mtls(it).format, text)
    }),
    ("mtls.header", |it, text| {
        set_text(&mut mtls(it).header, text)
    }),
    ("mtls.trusted_peers", |it, text| {
        list(&mut mtls(it).trusted_peers, text)
    }),
    ("mtls.trusted_hops", |it, text| {
        number(
            &mut mtls(it).trusted_hops,
            text,
            "a number of proxies from 1 to 10",
        )
    }),
    ("mtls.reject_untrusted_peers", |it, text| {
        flag(&mut mtls(it).reject_untrusted_peers, text)
    }),
    ("mtls.refuse_expired", |it, text| {
        flag(&mut mtls(it).refuse_expired, text)
    }),
    ("policy.accept_early_data", |it, text| {
        flag(&mut it.policy.accept_early_data, text)
    }),
    ("policy.allow_and_report_unbound_tokens", |it, text| {
        flag(&mut it.policy.allow_and_report_unbound_tokens, text)
    }),
    ("policy.allow_unbound_tokens", |it, text| {
        flag(&mut it.policy.allow_unbound_tokens, text)
    }),
    ("policy.deny_file", |it, text| {
        set_text(&mut it.policy.deny_file, text)
    }),
    ("policy.exceptions_file", |it, text| {
        set_text(&mut it.policy.exceptions_file, text)
    }),
    ("policy.grpc_responses", |it, text| {
        flag(&mut it.policy.grpc_responses, text)
    }),
    ("policy.ignore_confirmation_members", |it, text| {
        list(&mut it.policy.ignore_confirmation_members, text)
    }),
    ("policy.keep_credentials", |it, text| {
        flag(&mut it.policy.keep_credentials, text)
    }),
    ("policy.realm", |it, text| {
        set_text(&mut it.policy.realm, text)
    }),
    ("policy.refuse_query_tokens", |it, text| {
        flag(&mut it.policy.refuse_query_tokens, text)
    }),
    ("policy.refuse_stray_proofs", |it, text| {
        flag(&mut it.policy.refuse_stray_proofs, text)
    }),
    ("policy.resource_metadata", |it, text| {
        set_text(&mut it.policy.resource_metadata, text)
    }),
];

/// The settings of one issuer.
pub(super) const ISSUER_SETTINGS: [(&str, Read<IssuerConfig>); 6] = [
    ("issuer.name", |it, text| {
        text.clone_into(&mut it.name);
        Ok(())
    }),
    ("issuer.jwks", |it, text| set_text(&mut it.jwks, text)),
    ("issuer.dialect", |it, text| set_text(&mut it.dialect, text)),
    ("issuer.algorithms", |it, text| {
        list(&mut it.algorithms, text)
    }),
    ("issuer.accept_untyped_tokens", |it, text| {
        flag(&mut it.accept_untyped_tokens, text)
    }),
    ("issuer.insecure_http", |it, text| {
        flag(&mut it.insecure_http, text)
    }),
];

fn forwarded(config: &mut GuardConfig) -> &mut ForwardedConfig {
    config.forwarded.get_or_insert_default()
}

fn mtls(config: &mut GuardConfig) -> &mut MtlsConfig {
    config.mtls.get_or_insert_default()
}

/// One origin, or several separated by spaces.
fn origins(config: &mut GuardConfig, text: &str) -> Result<(), SettingReason> {
    let mut origins = Vec::new();
    list(&mut origins, text)?;
    match origins.as_slice() {
        [origin] => config.origin = Some(origin.clone()),
        _ => config.origins = origins,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::names::Key;
    use super::*;

    #[test]
    fn the_documentation_lists_every_variable_once() {
        let settings = SETTINGS.iter().map(|(key, _)| Key::new(key).variable());
        let issuer = ISSUER_SETTINGS.iter();
        let issuer = issuer.map(|(key, _)| Key::of_issuer(0, key).variable());
        let mut known: Vec<_> = settings.chain(issuer).collect();
        let rows = include_str!("mod.rs").lines();
        let rows = rows.filter_map(|line| line.strip_prefix("//! | `.._")?.split_once("` | "));
        // The other table has the keys of names that differ.
        let rows = rows.filter(|(_, rest)| rest.matches(" |").count() == 2);
        let mut listed: Vec<_> = rows.map(|(name, _)| name.to_owned()).collect();
        known.sort();
        listed.sort();
        assert_eq!(listed, known);
    }

    #[test]
    fn the_documentation_has_the_range_of_every_number() {
        let listed = include_str!("mod.rs");
        for (key, read) in SETTINGS {
            let Err(SettingReason::Value { expected, .. }) =
                read(&mut GuardConfig::default(), "none")
            else {
                continue;
            };
            let Some((_, range)) = expected.split_once(" from ") else {
                continue;
            };
            let name = Key::new(key).variable();
            let row = listed
                .lines()
                .find(|line| line.contains(&format!("`.._{name}`")));
            let row = row.unwrap_or_default();
            let amount = range.replace("`replay.capacity`", "the capacity");
            assert!(row.contains(&amount), "{row}: {amount}");
        }
    }
}
