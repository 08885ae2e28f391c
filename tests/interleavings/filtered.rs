//! A shared store that loses writes, fails and answers late, behind the filter of one node.

use std::collections::HashSet;
use std::sync::Arc;

use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{FilteredStore, Insertion, MemoryStore, ReplayError};
use sender_constraint::replay::{ReplayStore, UsedProof};
use sender_constraint::{Digest, Unavailable};
use shuttle::future::block_on;
use shuttle::sync::Mutex;

use crate::explore::{explore, steps, task, thread};
use crate::replay::used;

/// Clones are connections to the same server.
#[derive(Clone, Debug, Default)]
struct Shared(Arc<Mutex<Server>>);

#[derive(Debug, Default)]
struct Server {
    known: HashSet<Digest>,
    is_out: bool,
}

impl Shared {
    fn lose_all(&self) {
        self.0.lock().unwrap().known.clear();
    }

    fn set_out(&self, is_out: bool) {
        self.0.lock().unwrap().is_out = is_out;
    }

    fn answer(&self, key: Digest) -> Result<Insertion, ReplayError> {
        let mut server = self.0.lock().unwrap();
        if server.is_out {
            return Err(Unavailable::replay_store("out").into());
        }
        Ok(match server.known.insert(key) {
            true => Insertion::Fresh,
            false => Insertion::Replayed,
        })
    }
}

impl ReplayStore for Shared {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(async move {
            steps(1).await;
            let answer = self.answer(proof.key);
            steps(1).await;
            answer
        })
    }
}

fn filtered(shared: &Shared) -> FilteredStore {
    FilteredStore::new(shared.clone(), MemoryStore::new(1024).unwrap())
}

async fn insert(store: Arc<FilteredStore>, now: u64) -> Result<Insertion, ReplayError> {
    store.insert(&used("copy", "alice", now)).await
}

#[test]
fn filtered_store_accepts_a_proof_once_though_the_shared_one_loses_it() {
    explore(|| {
        let shared = Shared::default();
        let store = Arc::new(filtered(&shared));
        let losing = thread(move || (0..2).for_each(|_| shared.lose_all()));
        let copies: Vec<_> = (0..3)
            .map(|now| task(insert(Arc::clone(&store), now)))
            .collect();
        let inserted: Vec<_> = copies
            .into_iter()
            .map(|copy| block_on(copy).unwrap())
            .collect();
        losing.join().unwrap();
        let fresh = inserted
            .iter()
            .filter(|each| **each == Ok(Insertion::Fresh));
        assert_eq!(fresh.count(), 1, "{inserted:?}");
    });
}

/// A request whose client disconnects leaves nothing that lets a copy pass.
#[test]
fn filtered_store_accepts_a_proof_once_per_node_during_outages() {
    explore(|| {
        let shared = Shared::default();
        let store = Arc::new(filtered(&shared).accept_once_per_node_during_outages());
        let failing = shared.clone();
        let failing = thread(move || {
            failing.set_out(true);
            failing.lose_all();
            failing.set_out(false);
        });
        let copies: Vec<_> = [0, 1, 3]
            .map(|now| task(insert(Arc::clone(&store), now)))
            .into();
        let aborted = task(insert(Arc::clone(&store), 1));
        aborted.abort();
        let inserted: Vec<_> = copies
            .into_iter()
            .map(|copy| block_on(copy).unwrap())
            .collect();
        failing.join().unwrap();
        let fresh = inserted
            .iter()
            .filter(|each| **each == Ok(Insertion::Fresh));
        // The aborted request may have recorded it.
        let fresh =
            fresh.count() + usize::from(matches!(block_on(aborted), Ok(Ok(Insertion::Fresh))));
        assert!(fresh <= 1, "{inserted:?}");
        // One request in a second finds out that the outage is over.
        let after = used("after", "alice", 5);
        assert_eq!(block_on(store.insert(&after)), Ok(Insertion::Fresh));
        assert!(!store.is_without_shared_store());
    });
}
