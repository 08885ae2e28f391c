//! Several nodes: how a proof is accepted once in all of them, and which failures let a copy pass.
//!
//! This module defines no items. A node is a process with a guard; the nodes of a fleet serve one origin. RFC 9449
//! section 11.1 limits each proof to one use, so the nodes record proofs in one shared [`ReplayStore`]:
//!
//! ```
//! use std::sync::Arc;
//!
//! use sender_constraint::ConfigError;
//! use sender_constraint::proof::Dpop;
//! use sender_constraint::replay::{FilteredStore, MemoryStore, ReplayStore};
//!
//! fn dpop(shared: impl ReplayStore) -> Result<Dpop, ConfigError> {
//!     // In front of it, what this node accepted: no round trip for its copies.
//!     let store = FilteredStore::new(shared, MemoryStore::default());
//!     Ok(Dpop::new("https://api.example.com")?.replay_store(store))
//! }
//! # let _ = dpop(MemoryStore::default());
//! ```
//!
//! The crate [`sender-constraint-redis`](https://docs.rs/sender-constraint-redis) has such a store for Redis and
//! Valkey, and a shared deny-list. Any other database serves that has one atomic command for it ([`ReplayStore`]).
//!
//! # Which replays are left
//!
//! How often copies of one proof are accepted after the first time, at most, in a fleet of *n* nodes. The columns are a
//! shared store by itself, a [`FilteredStore`], and one with
//! [`accept_once_per_node_during_outages`](crate::replay::FilteredStore::accept_once_per_node_during_outages). "Same"
//! counts copies at nodes that had accepted the proof before, "other" those at other nodes.
//!
//! | what happens | copies at | shared | filtered | accepted in outages |
//! |---|---|---|---|---|
//! | nothing fails | same | 0 | 0 | 0 |
//! | nothing fails | other | 0 | 0 | 0 |
//! | a node is lost, another one restarts | same | 0 | 0 | 0 |
//! | a node is lost, another one restarts | other | 0 | 0 | 0 |
//! | clocks differ within the margin | same | 0 | 0 | 0 |
//! | clocks differ within the margin | other | 0 | 0 | 0 |
//! | clocks differ by far more | same | 0 | 0 | 0 |
//! | clocks differ by far more | other | n - 1 | n - 1 | n - 1 |
//! | the store loses its last writes | same | 1 | 0 | 0 |
//! | the store loses its last writes | other | 1 | 1 | 1 |
//! | the store is unavailable for a while | same | 0 | 0 | 0 |
//! | the store is unavailable for a while | other | 0 | 0 | n - 1 |
//! | the same, and a node restarts meanwhile | same | 0 | 0 | 1 |
//! | the same, and a node restarts meanwhile | other | 0 | 0 | n - 1 |
//! | the store records, but answers too late | same | 0 | 0 | 0 |
//! | the store records, but answers too late | other | 0 | 0 | n - 1 |
//! | a clock steps within the margin | same | 0 | 0 | 0 |
//! | a clock steps within the margin | other | 0 | 0 | 0 |
//! | a clock is far ahead for a while | same | 0 | 0 | 0 |
//! | a clock is far ahead for a while | other | 0 | 0 | 0 |
//! | a clock is set back by far more | same | 1 | 0 | 0 |
//! | a clock is set back by far more | other | 1 | 1 | 1 |
//!
//! The table is tested: `tests/fleet` simulates fleets with clocks of their own over a store that fails in these ways,
//! with random times, and compares.
//!
//! All of these copies are accepted only while the proof is acceptable, for 70 s by default, and with nonces for as
//! long as the nonce, 120 s by default; and each must still match method, URI, token and key. A narrower
//! [`Dpop::max_age`] leaves less time.
//!
//! * **A node is lost or restarts.** Its proofs are in the shared store. A [`MemoryStore`] by itself would have lost them.
//! * **Clocks differ.** Nodes compare the times of a proof with their own clocks, so a store that drops entries by itself
//!   keeps them longer, by the largest difference that you expect ([`UsedProof::keep_for`]). Beyond this margin and the
//!   accepted [`Dpop::clock_skew`], a node that is behind accepts what the store has dropped. Synchronize the clocks, and
//!   raise an alert before they differ by as much. The same holds for one node whose clock is set back: it accepts once
//!   more what it had accepted itself, unless a filter recorded it.
//! * **The store loses its last writes.** Asynchronous replication acknowledges a write before the replica has it, and a
//!   failover then loses it: a proof that was used in those moments is accepted once more, or once for each further
//!   failover. A filter prevents that where the copy arrives at the node that accepted the proof. A store that restarts
//!   empty loses all writes.
//! * **The store is unavailable.** Requests are refused with 503: they may be valid, and accepting them would make each
//!   outage a way to replay. A proof that was refused so may be sent again. A store that answers too late is unavailable,
//!   and may have recorded the proof: then the client needs a new one.
//! * **Accepted in outages.** Each node then decides by what it accepted itself, until the store answers again. A proof of
//!   the outage is not in the shared store afterwards, so other nodes accept it until it expires. A node that restarts
//!   meanwhile has forgotten what it accepted. An `error` event reports the begin, an `info` event the end and the number of
//!   requests, [`FilteredStore::accepted_during_outages`] counts them.
//!
//! # Instances with different settings
//!
//! A store keeps a proof for as long as the instance that accepted it could accept it again. An instance with a longer
//! life of proofs accepts a copy once more when the store has dropped the entry. So while instances differ in
//! [`Dpop::max_age`], [`Dpop::clock_skew`], [`Nonces::rotation`] or in whether they have nonces, replay within that
//! difference is possible. Replace all instances at once, or give those with the new settings a store, or a key prefix
//! in the store, of their own, after the old ones have ended.
//!
//! # A gateway and the services behind it
//!
//! The gateway checks and records the proof. A service that sees the same proof again, and is reached by the gateway
//! only, makes no replay check of its own: [`Dpop::replay_checked_by_gateway_only`].
//!
//! # Sizes
//!
//! [`capacity`](super::capacity) calculates the memory and the traffic of a shared store. A filter needs the capacity
//! of a node by itself, because a full filter refuses.
//!
//! [`Dpop::clock_skew`]: crate::proof::Dpop::clock_skew
//! [`Dpop::max_age`]: crate::proof::Dpop::max_age
//! [`Dpop::replay_checked_by_gateway_only`]: crate::proof::Dpop::replay_checked_by_gateway_only
//! [`FilteredStore`]: crate::replay::FilteredStore
//! [`FilteredStore::accepted_during_outages`]: crate::replay::FilteredStore::accepted_during_outages
//! [`MemoryStore`]: crate::replay::MemoryStore
//! [`Nonces::rotation`]: crate::proof::Nonces::rotation
//! [`ReplayStore`]: crate::replay::ReplayStore
//! [`UsedProof::keep_for`]: crate::replay::UsedProof::keep_for
