//! Nodes with clocks of their own over one shared store.

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

    fn node(self, store: &SharedStore) -> World {
        let store = store.clone();
        let filter = || MemoryStore::new(1024).unwrap();
        World::with_dpop(|dpop| match self {
            Self::Shared => dpop.replay_store(store),
            Self::Filtered => dpop.replay_store(FilteredStore::new(store, filter())),
            Self::AcceptedInOutages => {
                let filtered = FilteredStore::new(store, filter());
                dpop.replay_store(filtered.accept_once_per_node_during_outages())
            }
        })
    }
}

pub(crate) struct Fleet {
    pub(crate) store: SharedStore,
    setup: Setup,
    nodes: Vec<World>,
    /// By how many seconds each is ahead.
    clocks: Vec<i64>,
    second: u64,
}

impl Fleet {
    pub(crate) fn new(setup: Setup, clocks: Vec<i64>) -> Self {
        let store = SharedStore::with_margin(Duration::from_secs(MARGIN_SECONDS));
        let nodes = clocks.iter().map(|_| setup.node(&store)).collect();
        let mut fleet = Self {
            store,
            setup,
            nodes,
            clocks,
            second: 0,
        };
        fleet.set_clocks();
        fleet
    }

    pub(crate) fn nodes(&self) -> &[World] {
        &self.nodes
    }

    pub(crate) fn next_second(&mut self) {
        self.second += 1;
        self.store.advance(1);
        self.set_clocks();
    }

    /// The memory of the process is lost.
    pub(crate) fn restart(&mut self, node: usize) {
        self.nodes[node] = self.setup.node(&self.store);
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

/// The largest difference of clocks that the operator expects.
pub(crate) const MARGIN_SECONDS: u64 = 30;
