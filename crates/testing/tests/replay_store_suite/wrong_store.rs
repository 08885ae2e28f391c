//! A small exact store, and the same with one mistake.

use std::collections::HashMap;
use std::sync::Mutex;

use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::{Digest, Unavailable};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mistake {
    None,
    DropsAtExpiry,
    /// With the first entry that expires.
    DropsWithOthers,
    EvictsForOneRefused,
    EvictsWhenFull,
    ForgetsAll,
    FreshWhenUnreachable,
    KeysByPrincipal,
    NeverDrops,
    RecordsWhenLookedUp,
    ReplayedWhenUnreachable,
    SaysSeenForever,
    /// 24 bits of them.
    ShortKeys,
    SweepsByNow,
    TwoSteps,
}

#[derive(Debug)]
pub(crate) struct Store {
    mistake: Mistake,
    capacity: usize,
    is_unreachable: bool,
    entries: Mutex<HashMap<Vec<u8>, Timestamp>>,
}

impl Store {
    pub(crate) fn new(mistake: Mistake) -> Self {
        Self {
            mistake,
            capacity: usize::MAX,
            is_unreachable: false,
            entries: Mutex::default(),
        }
    }

    pub(crate) fn for_proofs(self, capacity: usize) -> Self {
        Self { capacity, ..self }
    }

    pub(crate) fn unreachable(self) -> Self {
        Self {
            is_unreachable: true,
            ..self
        }
    }

    fn key(&self, key: &Digest, principal: &Digest) -> Vec<u8> {
        match self.mistake {
            Mistake::KeysByPrincipal => [*key.as_bytes(), *principal.as_bytes()].concat(),
            Mistake::ShortKeys => key.as_bytes().iter().take(3).copied().collect(),
            _ => key.as_bytes().to_vec(),
        }
    }

    fn is_live(&self, expires_at: Timestamp, now: Timestamp) -> bool {
        match self.mistake {
            Mistake::ForgetsAll => false,
            Mistake::DropsAtExpiry => expires_at > now,
            Mistake::NeverDrops => true,
            _ => expires_at >= now,
        }
    }

    fn insert_now(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        if self.is_unreachable {
            return match self.mistake {
                Mistake::FreshWhenUnreachable => Ok(Insertion::Fresh),
                Mistake::ReplayedWhenUnreachable => Ok(Insertion::Replayed),
                _ => Err(Unavailable::replay_store("connection refused").into()),
            };
        }
        let key = self.key(&proof.key, &proof.principal);
        let mut entries = self.entries.lock().unwrap();
        self.drop_wrongly(&mut entries, proof.now);
        let known = entries.get(&key).copied();
        if known.is_some_and(|expires_at| self.is_live(expires_at, proof.now)) {
            return Ok(Insertion::Replayed);
        }
        if known.is_none() && entries.len() >= self.capacity {
            let any = entries.keys().next().cloned().expect("an entry");
            match self.mistake {
                Mistake::EvictsWhenFull => drop(entries.remove(&any)),
                Mistake::EvictsForOneRefused => {
                    entries.remove(&any);
                    let capacity = self.capacity;
                    return Err(ReplayError::Full { capacity });
                }
                _ => {
                    let capacity = self.capacity;
                    return Err(ReplayError::Full { capacity });
                }
            }
        }
        entries.insert(key, proof.expires_at);
        Ok(Insertion::Fresh)
    }

    fn drop_wrongly(&self, entries: &mut HashMap<Vec<u8>, Timestamp>, now: Timestamp) {
        match self.mistake {
            Mistake::SweepsByNow => entries.retain(|_, expires_at| *expires_at >= now),
            Mistake::DropsWithOthers if entries.values().any(|at| *at < now) => entries.clear(),
            _ => {}
        }
    }

    /// As a client of a database does: look up, then add.
    async fn insert_in_two_steps(&self, proof: &UsedProof) -> Result<Insertion, ReplayError> {
        let is_known = self.has_seen(&proof.key, proof.now);
        tokio::task::yield_now().await;
        if is_known {
            return Ok(Insertion::Replayed);
        }
        self.insert_now(proof).map(|_| Insertion::Fresh)
    }
}

impl ReplayStore for Store {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        match self.mistake {
            Mistake::TwoSteps => MaybeReady::pending(self.insert_in_two_steps(proof)),
            _ => MaybeReady::ready(self.insert_now(proof)),
        }
    }

    fn has_seen(&self, key: &Digest, now: Timestamp) -> bool {
        let key = self.key(key, key);
        let mut entries = self.entries.lock().unwrap();
        if self.mistake == Mistake::RecordsWhenLookedUp && !entries.contains_key(&key) {
            entries.insert(key, now);
            return false;
        }
        let known = entries.get(&key);
        known.is_some_and(|expires_at| {
            self.mistake == Mistake::SaysSeenForever || self.is_live(*expires_at, now)
        })
    }
}
