//! The keys of one issuer.

use std::sync::Arc;

use crate::keys::{KeySource, RemoteKeys, StaticKeys};

/// The keys of an issuer, and where they come from.
///
/// ```
/// use sender_constraint::config::{GuardConfig, IssuerKeys, SettingError};
///
/// /// How many keys each issuer has, for a report at start.
/// async fn numbers(config: &GuardConfig) -> Result<Vec<usize>, SettingError> {
///     let keys = config.keys().await?;
///     let number = |keys: &IssuerKeys| match keys {
///         IssuerKeys::File(keys) => keys.key_set().len(),
///         IssuerKeys::Remote(keys) => keys.status().keys(),
///         _ => 0,
///     };
///     Ok(keys.iter().map(number).collect())
/// }
/// # drop(numbers);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum IssuerKeys {
    /// From a file.
    File(Arc<StaticKeys>),
    /// Over the network.
    Remote(RemoteKeys),
}

impl IssuerKeys {
    /// These keys, for a verifier.
    #[must_use]
    pub fn source(&self) -> Arc<dyn KeySource> {
        match self {
            Self::File(keys) => Arc::<StaticKeys>::clone(keys),
            Self::Remote(keys) => Arc::new(keys.clone()),
        }
    }
}
