//! Which clients still send unbound tokens, while a migration accepts them.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::time::Timestamp;
use crate::token::Claims;

/// The unbound tokens that a guard accepted with
/// [`allow_and_report_unbound_tokens`](crate::GuardBuilder::allow_and_report_unbound_tokens), since it was built.
///
/// ```
/// use sender_constraint::Guard;
///
/// fn print_stragglers(guard: &Guard) {
///     for client in guard.unbound_report().clients {
///         println!("{} of {}: {} requests", client.client_id.unwrap_or_default(), client.issuer, client.requests);
///     }
/// }
/// # drop(print_stragglers as fn(&Guard));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct UnboundReport {
    /// The first 1,000 clients, the one with the most requests first.
    pub clients: Vec<UnboundClient>,
    /// Requests of further clients, and of those whose identifiers have more than 1,000 bytes.
    pub other_requests: u64,
}

/// A client that sends unbound tokens.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UnboundClient {
    /// `iss` of its tokens.
    pub issuer: String,
    /// `client_id` of its tokens, if they have one.
    pub client_id: Option<String>,
    /// How many of its requests were accepted.
    pub requests: u64,
    /// When the last one was.
    pub last_seen: Timestamp,
}

/// Counts requests by issuer and client: a known client costs no allocation.
#[derive(Debug, Default)]
pub(super) struct UnboundCounts(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// A client without identifier is the empty one.
    issuers: HashMap<Box<str>, HashMap<Box<str>, Count>>,
    clients: usize,
    other_requests: u64,
}

#[derive(Debug)]
struct Count {
    requests: u64,
    last_seen: Timestamp,
}

impl UnboundCounts {
    pub(super) fn add(&self, claims: &Claims, now: Timestamp) {
        let client_id = claims.client_id().unwrap_or_default();
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.add(claims.issuer(), client_id, now);
    }

    pub(super) fn report(&self) -> UnboundReport {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut clients = Vec::with_capacity(counts.clients);
        for (issuer, of_issuer) in &counts.issuers {
            clients.extend(of_issuer.iter().map(|(client_id, count)| UnboundClient {
                issuer: issuer.to_string(),
                client_id: (!client_id.is_empty()).then(|| client_id.to_string()),
                requests: count.requests,
                last_seen: count.last_seen,
            }));
        }
        let other_requests = counts.other_requests;
        drop(counts);
        clients.sort_by_key(|client| Reverse(client.requests));
        UnboundReport {
            clients,
            other_requests,
        }
    }
}

impl Counts {
    fn add(&mut self, issuer: &str, client_id: &str, now: Timestamp) {
        let clients = self.issuers.get_mut(issuer);
        if let Some(count) = clients.and_then(|clients| clients.get_mut(client_id)) {
            count.requests = count.requests.saturating_add(1);
            count.last_seen = now;
            return;
        }
        let is_long = issuer.len().max(client_id.len()) > MAX_NAME_BYTES;
        if is_long || self.clients >= MAX_CLIENTS {
            self.other_requests = self.other_requests.saturating_add(1);
            return;
        }
        self.clients = self.clients.saturating_add(1);
        let count = Count {
            requests: 1,
            last_seen: now,
        };
        let clients = self.issuers.entry(issuer.into()).or_default();
        clients.insert(client_id.into(), count);
    }
}

const MAX_CLIENTS: usize = 1000;
const MAX_NAME_BYTES: usize = 1000;
