//! The entries of a deny-list in memory: a keyed fingerprint and two times for each, without the texts.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use ahash::RandomState;

use super::check::{Denial, TokenUse};
use super::entry::{Entry, Kind, Target};
use crate::time::Timestamp;

/// One table for each kind: an empty one costs no hash.
#[derive(Default)]
pub(super) struct Records {
    fingerprints: Fingerprints,
    tokens: Table,
    subjects: Table,
    subjects_before: Table,
    clients: Table,
    clients_before: Table,
    signing_keys: Table,
    issuers: Table,
    keys: Table,
    certificates: Table,
}

type Table = HashMap<Fingerprint, Record, RandomState>;

/// 128 bits: two entries that share one are not to be expected in any number of entries, and only the process knows the
/// keys of the hash.
type Fingerprint = [u64; 2];

/// In seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct Record {
    /// Denies before this time.
    until: u32,
    /// Denies tokens issued up to this second.
    issued_before: u32,
}

impl Record {
    /// The record of an entry that ends at `until`, or with its removal. `None` if the end is not representable.
    pub(super) fn new(until: Option<Timestamp>, issued_before: Option<Timestamp>) -> Option<Self> {
        let until = match until {
            None => u32::MAX,
            // Never earlier than asked for.
            Some(end) => seconds(end.saturating_add(ALMOST_A_SECOND))?,
        };
        let issued_before = issued_before.map(|time| seconds(time).unwrap_or(u32::MAX));
        Some(Self {
            until,
            issued_before: issued_before.unwrap_or(u32::MAX),
        })
    }

    fn denies(&self, issued_at: Option<Timestamp>, now: Timestamp) -> bool {
        let is_early = issued_at.is_none_or(|iat| {
            self.issued_before == u32::MAX || iat.as_unix_seconds() <= self.issued_before.into()
        });
        is_early && !self.has_ended(now)
    }

    fn has_ended(&self, now: Timestamp) -> bool {
        self.until != u32::MAX && now.as_unix_seconds() >= self.until.into()
    }
}

impl Records {
    pub(super) fn len(&self) -> usize {
        self.tables().map(Table::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables().all(Table::is_empty)
    }

    pub(super) fn contains(&self, kind: Kind, entry: &Entry) -> bool {
        let fingerprint = self.fingerprints.of_entry(kind, entry);
        self.table(kind).contains_key(&fingerprint)
    }

    /// Adds an entry; one that is there already ends and covers no less than before.
    pub(super) fn insert(&mut self, kind: Kind, entry: &Entry, record: Record) {
        let fingerprint = self.fingerprints.of_entry(kind, entry);
        let known = self.table_mut(kind).entry(fingerprint).or_insert(record);
        known.until = known.until.max(record.until);
        known.issued_before = known.issued_before.max(record.issued_before);
    }

    pub(super) fn remove(&mut self, kind: Kind, entry: &Entry) -> bool {
        let fingerprint = self.fingerprints.of_entry(kind, entry);
        self.table_mut(kind).remove(&fingerprint).is_some()
    }

    /// Removes entries that ended before `time`.
    pub(super) fn drop_ended(&mut self, time: Timestamp) {
        for kind in Kind::ALL {
            let table = self.table_mut(kind);
            table.retain(|_, record| !record.has_ended(time));
        }
    }

    /// The entry that denies this use, if there is one.
    pub(super) fn denial(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Option<Denial> {
        let claims = token_use.token().claims();
        let (issuer, iat) = (claims.issuer(), claims.issued_at());
        let (subject, client) = (claims.subject(), claims.client_id());
        let named = [
            (Kind::Token, claims.jti()),
            (Kind::Subject, subject),
            (Kind::SubjectBefore, subject),
            (Kind::Client, client),
            (Kind::ClientBefore, client),
            (Kind::SigningKey, token_use.token().key_id()),
        ];
        for (kind, name) in named {
            if let Some(name) = name
                && self.denies(kind, (issuer, name), iat, now)
            {
                return Some(Denial::by_entry(kind.label(), name));
            }
        }
        if self.denies(Kind::Issuer, issuer, iat, now) {
            return Some(Denial::by_entry(Kind::Issuer.label(), issuer));
        }
        let keys = token_use.keys().map(|jkt| (Kind::Key, jkt));
        let certificates = token_use.certificates().map(|x5t| (Kind::Certificate, x5t));
        let mut proofs = keys.chain(certificates);
        let (kind, digest) = proofs.find(|(kind, digest)| self.denies(*kind, *digest, iat, now))?;
        Some(Denial::by_entry(kind.label(), &digest.to_string()))
    }

    fn denies(
        &self,
        kind: Kind,
        name: impl Hash,
        issued_at: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        let table = self.table(kind);
        if table.is_empty() {
            return false;
        }
        let record = table.get(&self.fingerprints.of(kind, name));
        record.is_some_and(|record| record.denies(issued_at, now))
    }

    const fn table(&self, kind: Kind) -> &Table {
        match kind {
            Kind::Token => &self.tokens,
            Kind::Subject => &self.subjects,
            Kind::SubjectBefore => &self.subjects_before,
            Kind::Client => &self.clients,
            Kind::ClientBefore => &self.clients_before,
            Kind::SigningKey => &self.signing_keys,
            Kind::Issuer => &self.issuers,
            Kind::Key => &self.keys,
            Kind::Certificate => &self.certificates,
        }
    }

    const fn table_mut(&mut self, kind: Kind) -> &mut Table {
        match kind {
            Kind::Token => &mut self.tokens,
            Kind::Subject => &mut self.subjects,
            Kind::SubjectBefore => &mut self.subjects_before,
            Kind::Client => &mut self.clients,
            Kind::ClientBefore => &mut self.clients_before,
            Kind::SigningKey => &mut self.signing_keys,
            Kind::Issuer => &mut self.issuers,
            Kind::Key => &mut self.keys,
            Kind::Certificate => &mut self.certificates,
        }
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        Kind::ALL.into_iter().map(|kind| self.table(kind))
    }
}

/// The keyed hash, with keys of this process.
#[derive(Default)]
struct Fingerprints(RandomState, RandomState);

impl Fingerprints {
    fn of(&self, kind: Kind, name: impl Hash) -> Fingerprint {
        let name = (kind, name);
        [self.0.hash_one(&name), self.1.hash_one(&name)]
    }

    fn of_entry(&self, kind: Kind, entry: &Entry) -> Fingerprint {
        match &entry.target {
            Target::Named(_, issuer, name) => self.of(kind, (&**issuer, &**name)),
            Target::Issuer(issuer) => self.of(kind, &**issuer),
            Target::Key(digest) | Target::Certificate(digest) => self.of(kind, digest),
        }
    }
}

/// `None` later than 2106-02-07, where 32 bits end, and before 1970.
fn seconds(time: Timestamp) -> Option<u32> {
    u32::try_from(time.as_unix_seconds()).ok()
}

const ALMOST_A_SECOND: Duration = Duration::from_millis(999);
