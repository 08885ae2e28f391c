//! The part of moka's cache that `MokaStore` uses, by its documentation: the steps for one key run one after another. The
//! lock for a key is one of shuttle, so that two of them can overlap in every way that moka permits.

use std::collections::HashMap;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError};

use shuttle::sync::Mutex;

type Slot<V> = Arc<Mutex<Option<V>>>;

pub(crate) struct Cache<K, V> {
    slots: Mutex<HashMap<K, Slot<V>>>,
}

/// What a step does with its key.
pub(crate) enum Op<V> {
    Nop,
    Put(V),
    Remove,
}

/// The value that a step finds.
pub(crate) struct Entry<V>(V);

/// The steps for one key.
pub(crate) struct OfKey<V>(Slot<V>);

pub(crate) struct Builder<K, V>(PhantomData<(K, V)>);

impl<K, V> Builder<K, V> {
    pub(crate) fn build(self) -> Cache<K, V> {
        Cache {
            slots: Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Cache<K, V> {
    pub(crate) fn builder() -> Builder<K, V> {
        Builder(PhantomData)
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let slot = self.slot(key);
        slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn entry_by_ref(&self, key: &K) -> OfKey<V> {
        OfKey(self.slot(key))
    }

    fn slot(&self, key: &K) -> Slot<V> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots
            .entry(key.clone())
            .or_insert_with(|| Arc::new(Mutex::new(None)));
        Arc::clone(slot)
    }
}

impl<V: Clone> OfKey<V> {
    pub(crate) fn and_compute_with(self, step: impl FnOnce(Option<Entry<V>>) -> Op<V>) {
        let mut value = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match step(value.clone().map(Entry)) {
            Op::Nop => {}
            Op::Put(next) => *value = Some(next),
            Op::Remove => *value = None,
        }
    }
}

impl<V> Entry<V> {
    pub(crate) fn into_value(self) -> V {
        self.0
    }

    pub(crate) const fn value(&self) -> &V {
        &self.0
    }
}
