//! The certificates of TLS connections.

use std::fmt;

/// What the connections use: PEM, parsed once before.
#[derive(Clone, Default)]
pub(super) struct Certificates {
    /// Instead of the system's.
    pub(super) roots: Option<Vec<u8>>,
    /// Chain and private key.
    pub(super) client: Option<(Vec<u8>, Vec<u8>)>,
}

impl Certificates {
    pub(super) const fn is_empty(&self) -> bool {
        self.roots.is_none() && self.client.is_none()
    }
}

/// Shows which of them are set.
impl fmt::Debug for Certificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Certificates");
        shown.field("roots", &self.roots.is_some());
        shown.field("client", &self.client.is_some()).finish()
    }
}
