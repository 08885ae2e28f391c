//! Whether the keys of an issuer are there.

use std::fmt;

use sender_constraint::config::IssuerKeys;

/// An issuer, and how many of its keys are usable.
#[derive(Debug)]
pub(crate) struct Readiness {
    issuer: String,
    keys: usize,
    is_ready: bool,
}

impl Readiness {
    pub(super) fn new(issuer: &str, keys: &IssuerKeys) -> Self {
        let (number, is_ready) = match keys {
            IssuerKeys::File(keys) => (keys.key_set().len(), true),
            IssuerKeys::Remote(keys) => {
                let status = keys.status();
                (status.keys(), status.is_ready())
            }
            // The library has no others today.
            _ => (0, false),
        };
        Self {
            issuer: issuer.to_owned(),
            keys: number,
            is_ready,
        }
    }

    pub(crate) const fn is_ready(&self) -> bool {
        self.is_ready
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, keys, .. } = self;
        match keys {
            0 => write!(formatter, "{issuer} (no keys yet)"),
            1 => write!(formatter, "{issuer} (1 key)"),
            keys => write!(formatter, "{issuer} ({keys} keys)"),
        }
    }
}
