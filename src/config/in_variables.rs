//! Texts that name settings by their keys; here they name the environment variables that have their values.

use super::names::{Key, Names};
use super::variables::{ISSUER_SETTINGS, Read, SETTINGS};

/// The text of an error about `key`, with variables in place of keys, if the settings came from variables.
pub(super) fn in_variables(text: &str, key: Key, names: &Names) -> String {
    let Names::Variables(prefix) = names else {
        return text.to_owned();
    };
    let guard = SETTINGS
        .iter()
        .map(|(name, read)| (Key::new(name), is_flag(*read)));
    let issuer = key.issuer().unwrap_or_default();
    let of_issuer = ISSUER_SETTINGS
        .iter()
        .map(|(name, read)| (Key::of_issuer(issuer, name), is_flag(*read)));
    let keys = guard.chain(of_issuer);
    let keys = keys.chain([(Key::new("origins"), false)]);
    keys.fold(text.to_owned(), |text, (key, is_flag)| {
        let value = if is_flag { "=true" } else { "" };
        let variable = format!("`{prefix}{}{value}`", key.variable());
        text.replace(&format!("`{}`", key.name()), &variable)
    })
}

/// Only a flag takes `true`, and not every text.
fn is_flag<T: Default>(read: Read<T>) -> bool {
    let takes = |text| read(&mut T::default(), text).is_ok();
    takes("true") && !takes("x")
}
