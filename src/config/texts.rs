//! The texts of environment variables, read as the types of settings.

use std::str::FromStr;

use super::peer_config::{CertificateSource, ForwardedFields};
use super::proof_config::NonceMode;
use super::setting_error::SettingReason;
use super::shown::shown;

pub(super) fn set_text(setting: &mut Option<String>, text: &str) -> Result<(), SettingReason> {
    *setting = Some(text.to_owned());
    Ok(())
}

/// Elements are separated by spaces.
pub(super) fn list(setting: &mut Vec<String>, text: &str) -> Result<(), SettingReason> {
    *setting = text.split_ascii_whitespace().map(str::to_owned).collect();
    Ok(())
}

pub(super) fn flag(setting: &mut bool, text: &str) -> Result<(), SettingReason> {
    *setting = match text {
        "true" => true,
        "false" => false,
        other => return Err(mistyped(other, "true or false")),
    };
    Ok(())
}

/// `expected` has unit and range, which the part that it configures checks.
pub(super) fn number<T: FromStr>(
    setting: &mut Option<T>,
    text: &str,
    expected: &'static str,
) -> Result<(), SettingReason> {
    let number = text.parse().ok();
    *setting = Some(number.ok_or_else(|| mistyped(text, expected))?);
    Ok(())
}

pub(super) fn some<T: Copy>(
    setting: &mut Option<T>,
    text: &str,
    names: &[(&str, T)],
) -> Result<(), SettingReason> {
    *setting = Some(chosen(text, names)?);
    Ok(())
}

pub(super) fn chosen<T: Copy>(text: &str, names: &[(&str, T)]) -> Result<T, SettingReason> {
    let found = names.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        SettingReason::Choice {
            came: shown(text),
            expected: names.join(", "),
        }
    })
}

fn mistyped(text: &str, expected: &'static str) -> SettingReason {
    SettingReason::Value {
        came: shown(text),
        expected,
    }
}

impl NonceMode {
    pub(super) const NAMES: [(&str, Self); 3] = [
        ("off", Self::Off),
        ("required", Self::Required),
        ("skew", Self::Skew),
    ];
}

impl ForwardedFields {
    pub(super) const NAMES: [(&str, Self); 2] = [
        ("rfc7239", Self::Rfc7239),
        ("x-forwarded", Self::XForwarded),
    ];
}

impl CertificateSource {
    pub(super) const NAMES: [(&str, Self); 2] = [
        ("connection", Self::Connection),
        ("forwarded", Self::Forwarded),
    ];
}
