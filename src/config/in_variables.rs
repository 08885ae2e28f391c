//! Texts that name settings by their keys; here they name the environment variables that have their values.

use super::names::{Key, Names};
use super::variables::{ISSUER_SETTINGS, SETTINGS};

/// The text of an error about `key`, with variables in place of keys, if the settings came from variables.
pub(super) fn in_variables(text: &str, key: Key, names: &Names) -> String {
    let Names::Variables(prefix) = names else {
        return text.to_owned();
    };
    let guard = SETTINGS.iter().map(|(name, _)| Key::new(name));
    let issuer = key.issuer().unwrap_or_default();
    let of_issuer = ISSUER_SETTINGS
        .iter()
        .map(|(name, _)| Key::of_issuer(issuer, name));
    let keys = guard.chain(of_issuer).chain([Key::new("origins")]);
    keys.fold(text.to_owned(), |text, key| {
        let variable = format!("`{prefix}{}`", key.variable());
        text.replace(&format!("`{}`", key.name()), &variable)
    })
}
