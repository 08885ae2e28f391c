//! The environment variables of options: which were used, which are misspelt, and errors that name them.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, Error};
use sender_constraint::config::{is_service_variable, nearest_name};

/// The options whose values are those of environment variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(Vec<String>);

impl Variables {
    pub(super) fn used(command: &Command, matches: &ArgMatches) -> Self {
        let options = command.get_arguments().filter(|option| {
            matches.value_source(option.get_id().as_str()) == Some(ValueSource::EnvVariable)
        });
        Self::of(options.filter_map(|option| option.get_long()))
    }

    pub(crate) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(str::to_owned).collect())
    }

    /// The text, with variables in place of the options that they set.
    pub(crate) fn name_in(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, name| {
            let option = format!("--{name}");
            let mut parts = text.split(&option);
            let mut named = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let is_longer =
                    part.starts_with(|next: char| next == '-' || next.is_alphanumeric());
                if is_longer {
                    named.push_str(&format!("{option}{part}"));
                } else {
                    named.push_str(&format!("{}{part}", variable(name)));
                }
            }
            named
        })
    }
}

/// The variable of the option.
pub(super) fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase().replace('-', "_"))
}

/// The error of the parser, with the variable in place of an option that is not among the arguments.
pub(crate) fn named(error: Error, arguments: &[OsString], command: &mut Command) -> Error {
    let is_of_value = matches!(
        error.kind(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
    );
    let Some(ContextValue::String(usage)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let option = usage.split(' ').next().unwrap_or_default().to_owned();
    let is_argument = arguments.iter().any(|argument| {
        let argument = argument.to_string_lossy();
        argument.split('=').next() == Some(option.as_str())
    });
    if !is_of_value || is_argument {
        return error;
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let text = text.split("\n\nFor more").next().unwrap_or_default();
    let name = variable(option.trim_start_matches('-'));
    let text = text.replace(
        &format!("'{usage}'"),
        &format!("environment variable {name}"),
    );
    command.error(error.kind(), text)
}

/// An error for the first variable with the prefix that is none of an option, nor of a service of Kubernetes. An empty one is
/// absent.
pub(crate) fn misspelt(
    command: &Command,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Option<String> {
    let known: Vec<_> = command
        .get_arguments()
        .filter_map(|option| option.get_long().map(variable))
        .collect();
    let present = variables.into_iter().filter(|(_, value)| !value.is_empty());
    let names = present.map(|(name, _)| name.to_string_lossy().into_owned());
    let mut unknown = names.filter(|name| {
        let rest = name.strip_prefix(PREFIX);
        rest.is_some_and(|rest| !is_service_variable(rest)) && !known.contains(name)
    });
    let name = unknown.next()?;
    // Without the prefix, or its letters would count as equal ones.
    let rest = |name: &str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let known: Vec<_> = known.iter().map(|name| rest(name)).collect();
    let advice = nearest_name(&rest(&name), known.iter().map(String::as_str)).map_or_else(
        || "--help lists the options".to_owned(),
        |nearest| format!("did you mean {PREFIX}{nearest}?"),
    );
    let shown: String = name
        .chars()
        .take(MAX_SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    Some(format!(
        "environment variable {shown}: there is no such option; {advice}"
    ))
}

const PREFIX: &str = "RESOURCE_SERVER_";
/// Of a name, in characters.
const MAX_SHOWN: usize = 100;
