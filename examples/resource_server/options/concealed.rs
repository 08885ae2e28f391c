//! Errors without values that may be secrets: a private key, for example, in the place of the path of a file.

use std::ffi::OsString;

use clap::{ArgMatches, Command, Error};
use sender_constraint::config::ValueForm;

/// The values of the options, each with what it should be. Without `Debug`: they may be secrets.
#[derive(Clone, Default)]
pub(crate) struct Values(Vec<(ValueForm, String)>);

impl Values {
    pub(super) fn given(command: &Command, matches: &ArgMatches) -> Self {
        let mut values = Vec::new();
        for option in command.get_arguments() {
            let raw = matches.try_get_raw(option.get_id().as_str());
            for value in raw.ok().flatten().into_iter().flatten() {
                let form = form_of(option.get_long().unwrap_or_default());
                values.push((form, value.to_string_lossy().into_owned()));
            }
        }
        Self(values)
    }

    /// What the parser has seen, without knowing what it is.
    fn seen(command: &Command, arguments: &[OsString]) -> Self {
        let variables = command.get_arguments().filter_map(clap::Arg::get_env);
        let variables = variables.filter_map(std::env::var_os);
        let arguments = arguments.iter().skip(1).cloned();
        let mut values = Vec::new();
        for text in arguments.chain(variables) {
            let text = text.to_string_lossy().into_owned();
            if let Some((name, value)) = text.split_once('=') {
                values.extend([name, value].map(str::to_owned));
            }
            values.push(text);
        }
        values.retain(|text| !is_option(text));
        Self(
            values
                .into_iter()
                .map(|text| (ValueForm::PathOrUrl, text))
                .collect(),
        )
    }

    /// The text, with only the length of each value that may be a secret.
    pub(crate) fn conceal_in(&self, text: &str) -> String {
        let values = self.0.iter();
        values.fold(text.to_owned(), |text, (form, value)| {
            conceal(*form, value, &text)
        })
    }
}

/// The error of the parser, without values that may be secrets.
pub(super) fn concealed(error: Error, arguments: &[OsString], command: &mut Command) -> Error {
    let text = error.to_string();
    let concealed = Values::seen(command, arguments).conceal_in(&text);
    if !error.use_stderr() || concealed == text {
        return error;
    }
    let concealed = concealed.strip_prefix("error: ").unwrap_or(&concealed);
    let end = ["\n\nUsage", "\n\nFor more"].map(|after| concealed.find(after));
    let end = end.into_iter().flatten().min().unwrap_or(concealed.len());
    let reason = concealed.get(..end).unwrap_or_default();
    command.error(error.kind(), reason)
}

fn conceal(form: ValueForm, value: &str, text: &str) -> String {
    let concealed = form.conceal(value, text);
    if value.is_empty() || form.conceal(value, value) == value {
        return concealed;
    }
    // Some errors show an element of it.
    let parts = value.split([',', ':', ' ', '\n']);
    parts.fold(concealed, |text, part| ValueForm::Text.conceal(part, &text))
}

/// A name, which an error shows however long it is.
fn is_option(text: &str) -> bool {
    let name = text.strip_prefix("--");
    name.is_some_and(|name| {
        let mut bytes = name.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte == b'-' || byte.is_ascii_lowercase())
    })
}

fn form_of(option: &str) -> ValueForm {
    match option {
        "ca" | "client-key" | "client-tls" | "deny" | "exceptions" | "nonce-secret"
        | "tls-cert" | "tls-key" => ValueForm::Path,
        "jwks" | "listen" => ValueForm::PathOrUrl,
        "audience"
        | "cors"
        | "introspection-endpoint"
        | "issuer"
        | "origin"
        | "path-prefix"
        | "redis" => ValueForm::Url,
        _ => ValueForm::Text,
    }
}
