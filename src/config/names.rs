//! How errors name a setting: by its key, or by the environment variable that has its value.

use std::sync::Arc;

/// A setting, of one issuer or of the guard.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Key {
    /// With the name of its table: `dpop.max_age_seconds`.
    name: &'static str,
    /// The number of the issuer, from 0.
    issuer: Option<usize>,
    /// The number of an element in a list, from 0.
    element: Option<usize>,
}

impl Key {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            issuer: None,
            element: None,
        }
    }

    /// A setting of an issuer, such as `issuer.dialect`.
    pub(super) const fn of_issuer(number: usize, name: &'static str) -> Self {
        Self {
            issuer: Some(number),
            ..Self::new(name)
        }
    }

    /// The key with its table.
    pub(super) const fn name(self) -> &'static str {
        self.name
    }

    /// The number of the issuer, from 0.
    pub(super) const fn issuer(self) -> Option<usize> {
        self.issuer
    }

    /// The number of the element, from 0.
    pub(super) const fn number(self) -> Option<usize> {
        self.element
    }

    /// One element of the list.
    pub(super) const fn element(self, number: Option<usize>) -> Self {
        Self {
            element: number,
            ..self
        }
    }

    /// `issuer[0].dialect`, `tokens.audiences[1]`.
    pub(super) fn path(self) -> String {
        let name = match (self.issuer, self.name.split_once('.')) {
            (Some(number), Some((table, name))) => format!("{table}[{number}].{name}"),
            _ => self.name.to_owned(),
        };
        match self.element {
            Some(number) => format!("{name}[{number}]"),
            None => name,
        }
    }

    /// The name of its variable after the prefix.
    pub(super) fn variable(self) -> String {
        match (self.name, self.issuer) {
            ("origins", _) => "ORIGIN".to_owned(),
            ("tokens.audiences", _) => "AUDIENCE".to_owned(),
            (name, Some(number)) => {
                let name = name.strip_suffix(".name").unwrap_or(name);
                let name = name.strip_prefix("issuer").unwrap_or(name);
                let nth = if number == 0 {
                    String::new()
                } else {
                    format!("_{}", number.saturating_add(1))
                };
                format!("ISSUER{nth}{}", capitals(name))
            }
            (name, None) => capitals(name),
        }
    }
}

fn capitals(name: &str) -> String {
    name.to_ascii_uppercase().replace('.', "_")
}

/// Where the settings came from. All are equal: where a setting came from is no setting.
#[derive(Clone, Debug, Default)]
pub(super) enum Names {
    #[default]
    Keys,
    /// With this prefix.
    Variables(Arc<str>),
}

impl Eq for Names {}

impl PartialEq for Names {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Names {
    /// The setting at the beginning of an error.
    pub(super) fn place(&self, key: Key) -> String {
        match self {
            Self::Keys => format!("`{}`", key.path()),
            Self::Variables(prefix) => {
                format!("environment variable {prefix}{}", key.variable())
            }
        }
    }
}
