//! The [`ClientRegistry`] trait, and a registry in memory.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::client::Client;
use super::registration_error::RegistrationError;
use crate::future::MaybeReady;
use crate::unavailable::Unavailable;

/// Finds the registration of a client.
///
/// # Implementing
///
/// *Security-critical:* returning a registration with keys or names of another client. Identifiers are compared byte
/// for byte: a registration with another identifier than the one asked for, as a database that ignores case may return,
/// counts as none.
///
/// *Availability only:* returning `None` for a registered client, or an error. Unauthenticated clients choose the
/// identifier: limit the cost of a lookup, and how long it takes.
///
/// ```
/// use std::sync::Arc;
///
/// use sender_constraint::Unavailable;
/// use sender_constraint::future::MaybeReady;
/// use sender_constraint::token_endpoint::{Client, ClientRegistry};
/// # #[derive(Debug)]
/// # struct Database;
/// # impl Database {
/// #     async fn client(&self, _: &str) -> Result<Option<Arc<Client>>, std::io::Error> { Ok(None) }
/// # }
///
/// #[derive(Debug)]
/// struct Registered(Database);
///
/// impl ClientRegistry for Registered {
///     fn find<'a>(&'a self, client_id: &'a str) -> MaybeReady<'a, Result<Option<Arc<Client>>, Unavailable>> {
///         MaybeReady::pending(async move {
///             let found = self.0.client(client_id).await;
///             found.map_err(|error| Unavailable::client_registry(error.to_string()))
///         })
///     }
/// }
/// ```
pub trait ClientRegistry: fmt::Debug + Send + Sync + 'static {
    /// Returns the registration of the client with this identifier, which has at most 512 characters of printable
    /// ASCII.
    fn find<'a>(
        &'a self,
        client_id: &'a str,
    ) -> MaybeReady<'a, Result<Option<Arc<Client>>, Unavailable>>;
}

impl<R: ClientRegistry + ?Sized> ClientRegistry for Arc<R> {
    fn find<'a>(
        &'a self,
        client_id: &'a str,
    ) -> MaybeReady<'a, Result<Option<Arc<Client>>, Unavailable>> {
        (**self).find(client_id)
    }
}

/// Clients that are given at start and never change.
///
/// ```
/// use sender_constraint::token_endpoint::{CertificateName, Client, StaticClients};
///
/// let bank = CertificateName::san_dns("bank.example.com")?;
/// let clients = StaticClients::new([Client::tls_client_auth("bank", bank)?])?;
/// # drop(clients);
/// # Ok::<(), sender_constraint::token_endpoint::RegistrationError>(())
/// ```
#[derive(Clone, Debug)]
pub struct StaticClients(HashMap<String, Arc<Client>>);

impl StaticClients {
    /// A registry of these clients.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::Duplicate`] if two have the same identifier.
    pub fn new(clients: impl IntoIterator<Item = Client>) -> Result<Self, RegistrationError> {
        let mut known = HashMap::new();
        for client in clients {
            let id = client.id().to_owned();
            if known.contains_key(&id) {
                return Err(RegistrationError::Duplicate(id));
            }
            known.insert(id, Arc::new(client));
        }
        Ok(Self(known))
    }
}

impl ClientRegistry for StaticClients {
    fn find<'a>(
        &'a self,
        client_id: &'a str,
    ) -> MaybeReady<'a, Result<Option<Arc<Client>>, Unavailable>> {
        MaybeReady::ready(Ok(self.0.get(client_id).cloned()))
    }
}
