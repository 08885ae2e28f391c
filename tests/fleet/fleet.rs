//! Nodes with clocks of their own over one shared store.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::replay::{FilteredStore, MemoryStore};

use crate::common::{NOW, SharedStore, World};

/// How the nodes use the shared store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Setup {
    Shared,
    Filtered,
    AcceptedInOutages,
}

impl Setup {
    pub(crate) const ALL: [Self; 3] = [Self::Shared, Self::Filtered, Self::AcceptedInOutages];

    /// In the table of the docs.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Filtered => "filtered",
            Self::AcceptedInOutages => "accepted in outages",
        }
    }

    fn filter(self, store: &SharedStore) -> Option<Arc<FilteredStore>> {
        let filtered = || FilteredStore::new(store.clone(), MemoryStore::new(1024).unwrap());
        match self {
            Self::Shared => None,
            Self::Filtered => Some(Arc::new(filtered())),
            Self::AcceptedInOutages => {
                Some(Arc::new(filtered().accept_once_per_node_during_outages()))
            }
        }
    }
}

pub(crate) struct Fleet {
    pub(crate) store: SharedStore,
    setup: Setup,
    nodes: Vec<World>,
    /// Of each node.
    filters: Vec<Option<Arc<FilteredStore>>>,
    /// By how many seconds each is ahead.
    clocks: Vec<i64>,
    second: u64,
}

impl Fleet {
    pub(crate) fn new(setup: Setup, clocks: Vec<i64>) -> Self {
        let store = SharedStore::with_margin(Duration::from_secs(MARGIN_SECONDS));
        let filters: Vec<_> = clocks.iter().map(|_| setup.filter(&store)).collect();
        let nodes = filters.iter().map(|filter| node(&store, filter.as_ref()));
        let nodes = nodes.collect();
        let mut fleet = Self {
            store,
            setup,
            nodes,
            filters,
            clocks,
            second: 0,
        };
        fleet.set_clocks();
        fleet
    }

    pub(crate) fn nodes(&self) -> &[World] {
        &self.nodes
    }

    pub(crate) const fn second(&self) -> u64 {
        self.second
    }

    /// By how many seconds the clock of the node is ahead.
    pub(crate) fn ahead(&self, node: usize) -> i64 {
        self.clocks[node]
    }

    /// How many requests the process has accepted without the shared store.
    pub(crate) fn accepted_during_outages(&self, node: usize) -> u64 {
        let filter = self.filters[node].as_ref();
        filter.map_or(0, |filter| filter.accepted_during_outages())
    }

    pub(crate) fn next_second(&mut self) {
        self.second += 1;
        self.store.advance(1);
        self.set_clocks();
    }

    /// The memory of the process is lost.
    pub(crate) fn restart(&mut self, node: usize) {
        let filter = self.setup.filter(&self.store);
        self.nodes[node] = self::node(&self.store, filter.as_ref());
        self.filters[node] = filter;
        self.set_clocks();
    }

    /// The clock of the node shows so many seconds more than those of the clients from now on.
    pub(crate) fn set_ahead(&mut self, node: usize, seconds: i64) {
        self.clocks[node] = seconds;
        self.set_clocks();
    }

    pub(crate) fn lose_last(&mut self) {
        self.nodes.pop();
    }

    fn set_clocks(&mut self) {
        for (node, ahead) in self.nodes.iter().zip(&self.clocks) {
            let now = (NOW + self.second).checked_add_signed(*ahead);
            node.clock.set(now.unwrap());
        }
    }
}

fn node(store: &SharedStore, filter: Option<&Arc<FilteredStore>>) -> World {
    World::with_dpop(|dpop| match filter {
        None => dpop.replay_store(store.clone()),
        Some(filter) => dpop.replay_store(Arc::clone(filter)),
    })
}

/// The largest difference of clocks that the operator expects.
pub(crate) const MARGIN_SECONDS: u64 = 30;
