//! Which keys an authorization server has, for the summary at start.

use sender_constraint::jose::Algorithm;
use sender_constraint::keys::SkippedKey;

/// The keys of one issuer, and what they can verify.
pub(crate) struct Keys {
    pub(crate) number: usize,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) skipped: Vec<SkippedKey>,
}

impl Keys {
    /// How many keys there are, and their algorithms among `allowed`: `2 keys (ES256, RS256)`.
    pub(crate) fn described(&self, allowed: &[Algorithm]) -> String {
        if self.number == 0 && self.skipped.is_empty() {
            return "no keys yet".to_owned();
        }
        let number = match self.number {
            1 => "1 key".to_owned(),
            number => format!("{number} keys"),
        };
        let is_allowed = |algorithm: &&Algorithm| allowed.contains(algorithm);
        let uses = self.algorithms.iter().filter(is_allowed);
        let uses: Vec<_> = uses.map(ToString::to_string).collect();
        let uses = if uses.is_empty() {
            "none for an allowed algorithm: --token-algs".to_owned()
        } else {
            uses.join(", ")
        };
        let skipped = self.skipped.iter().take(MAX_SHOWN);
        let skipped: String = skipped.map(|key| format!("; not used: {key}")).collect();
        let more = match self.skipped.len().saturating_sub(MAX_SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{number} ({uses}){skipped}{more}")
    }
}

/// Of the keys that are not used.
const MAX_SHOWN: usize = 3;
