//! Capacity planning: throughput per core, the memory for it, and the requirements of several nodes for a shared store.
//!
//! This module defines no items. The page takes a few measured figures and settings, each with a name, and calculates
//! with them; a test verifies most of the calculations. To plan for your own machine, run `cargo bench --bench paired`
//! there and substitute its figures.
//!
//! # Figures
//!
//! Measured on 2 shared cores of an AMD EPYC (family 26, Zen 5) on 2026-11-20 by
//! `cargo bench --bench paired --features sender-tables`. Ratios
//! to *V* are portable; absolute times are not.
//!
//! | name | figure | what it is | line of the bench |
//! |---|---|---|---|
//! | *V* | 38 us | one bare ES256 verification by aws-lc-rs, with the key parsed in advance | P3, `verify` |
//! | *C* | 1.03 | a complete check with cached token and sender, divided by *V* | P3, `whole check` |
//! | *N* | 1.07 | a proof of an uncached sender, divided by *V* | P2, `proof, new sender` |
//! | *H* | 0.06 | a request to a bare axum handler over HTTP/1.1, divided by *V* | P10, `axum, bare` |
//! | *L* | 1.03 | what the layer adds to it, divided by *V* | P10, the goal's line |
//! | *R* | 0.03 | a refusal before the signature, cached sender, proof of usual size, divided by *V* | P8, the goal's line |
//! | *T* | 0.34 | a complete check of an ES256 sender with a table, divided by *V* | P11, the goal's line |
//! | *B* | 36 bytes | a live proof in the default store, when its tables have just grown | P6, the first figure |
//! | *G* | 249 bytes | the same in a general cache (moka), as a stand-in for your shared store | P6, the last figure |
//!
//! | name | setting | configured with |
//! |---|---|---|
//! | *W* | 70 s | [`Dpop::max_age`], 60 s, and [`Dpop::clock_skew`], 10 s |
//! | *A* | 10 s | the second part of it: how far a client's clock may be ahead |
//! | *S* | 1,638,400 | proofs that fit in [`MemoryStore::default`] |
//! | *M* | 0.97 | the part of *S* that is used when the first of the store's 64 shards is full |
//!
//! # A core
//!
//! | quantity | formula | result |
//! |---|---|---|
//! | checks per second, if the core does nothing else | 1 / (*C* *V*) | 25,500 |
//! | the same, when one request in ten has a new token | 1 / ((*C* + 0.1) *V*) | 23,300 |
//! | checks per second of senders with tables | 1 / (*T* *V*) | 77,000 |
//! | axum requests per second | 1 / ((*H* + *L*) *V*) | 24,100 |
//! | such refusals per second | 1 / (*R* *V*) | 880,000 |
//!
//! Not included: TLS, the work of your handler, and other middleware. Add their time to *H* + *L*.
//!
//! **New senders.** The first request of a client also costs the verification of its token: about *N* + 1, two
//! verifications, where the issuer signs with ES256. From then on its token and its key are cached; a new token for the
//! same key costs one verification.
//!
//! **The cost of unauthenticated clients.** Requests that are malformed, for another method, URI, time or token, and
//! replays cost about *R*; a key that is not cached costs more than twice that, because it must be parsed. A proof of 8
//! KiB with many members takes a verification and a quarter to parse (criterion, `refused`, `stuffed proof`). An
//! uncached token costs a verification, and so does a forged signature under a stolen token and the public key of its
//! client; if that client has a table, the check with the table is added. A rate limit outside the guard limits all of
//! them.
//!
//! # The replay store
//!
//! By RFC 9449 section 11.1 a server can store each proof for as long as it would be accepted, and should refuse a long
//! `jti` or store a hash of it. [`MemoryStore`] stores 112 bits of a SHA-256 of key, method, URI and `jti`, and the
//! expiry of the proof: 16 bytes, plus the overhead of the table. Only accepted requests are stored; refused ones take
//! no memory.
//!
//! A proof is stored until *W* after its `iat`: for as long as it is acceptable, plus the accepted clock difference.
//! The store has two generations and drops the older one as a whole when the last proof in it is too old, so a proof
//! takes up memory for up to twice as long. `iat` may be ahead of this clock by *A*, and one client whose clock is
//! ahead is enough to keep a generation that much longer:
//!
//! * live proofs = rate * *W*
//! * capacity needed = rate * 2 * *W* / *M*, with clients ahead rate * 2 * (*W* + *A*) / *M*
//! * memory = capacity * *B*, as far as it is used
//!
//! | quantity | formula | result |
//! |---|---|---|
//! | requests per second with the default capacity | *S* *M* / (2 *W*) | 11,400 |
//! | the same rate, with clients ahead | *S* *M* / (2 (*W* + *A*)) | 9,900 |
//! | the same for one principal, with its default share of a quarter | *S* *M* / 4 / (2 (*W* + *A*)) | 2,500 |
//! | capacity for a core that serves only axum requests | 2 (*W* + *A*) / *M* / ((*H* + *L*) *V*) | 4,000,000 |
//! | its memory | *B* times that | 143 MB |
//!
//! Tables never shrink. When overload has filled first one generation and then the other, they take up 44 bytes for
//! each proof of the capacity, used or not: 69 MiB for the default, and never more.
//!
//! So the default is for a process with less than half a core of guarded traffic. For a busier one, set a larger
//! capacity with [`MemoryStore::new`]; for a service with a few busy clients, raise
//! [`MemoryStore::share_per_principal`]. A full store refuses with 503, and a log event reports when one of its shards
//! is nine tenths full.
//!
//! **Nonces.** A proof with a nonce ([`Nonces`]) is kept until its nonce expires, and as long as its `iat` is accepted:
//! *W* is then the larger of the time window and twice [`Nonces::rotation`] and 5 s, 125 s by default.
//!
//! **The time window.** All of these figures are proportional to it:
//!
//! | past + future | capacity for 10,000 per second | its memory | rate with the default capacity |
//! |---|---|---|---|
//! | 5 s + 5 s | 310,000 | 11 MB | 53,000 per second |
//! | 60 s + 10 s | 1,650,000 | 59 MB | 9,900 per second |
//! | 300 s + 60 s | 8,700,000 | 312 MB | 1,900 per second |
//!
//! A narrow window also limits how long a stolen, unused proof is valid; it refuses clients whose clocks differ by
//! more, and requests that were delayed for longer.
//!
//! # Other caches
//!
//! Losing an entry of these costs time and does not change any result; the clones of a guard share all of them.
//!
//! | cache | limit | bytes per entry | entries |
//! |---|---|---|---|
//! | verified tokens | 64 MiB | 512 + twice its claims, for example of 400 bytes; more for roles, actors and `authorization_details` | 51,000 |
//! | sender tables, if configured | 64 MiB | 87 KiB for ES256, 128 KiB for Ed25519 | 750 or 500 |
//! | senders | 32 MiB | its JOSE header and its key: 1,100 for ES256, 2,900 for RSA of 2048 bits | 30,000 or 11,000 |
//!
//! With more clients than that at a time, some requests miss the cache and cost *N* + 1 instead of *C*: if half of them
//! do, a core performs a third fewer checks.
//!
//! # Deny-lists
//!
//! A [`DenyList`] keeps a keyed hash of 16 bytes and two times of 4 bytes for each entry, in hash tables that are full
//! to between 44 and 87 %: 29 to 57 bytes for each entry, and no text. 1,000,000 entries take up 52 MB. When a table
//! grows, the old one is there for that moment too. Entries that have ended are dropped an hour later, when others are
//! added.
//!
//! A request costs one atomic load while the list is empty. Otherwise it takes a read lock and does two hashes and one
//! look-up for each kind of entry that the list has, whatever the number of entries. `cargo bench --bench criterion --
//! deny-list` measures that for 1,000,000 entries.
//!
//! # Several nodes
//!
//! Each process stores the proofs that it accepted. With several nodes behind one origin, the same proof is accepted
//! once at each of the other nodes, for *W* at most. A shared [`ReplayStore`] prevents that. The guard calls it once
//! for each request that is otherwise accepted, with one atomic command, and the store must keep the entry until
//! [`UsedProof::expires_at`] plus the largest difference between its clock and the guard's. [`fleet`](super::fleet) has
//! the failures after which a copy can still be accepted.
//!
//! For ten nodes of 10,000 requests per second each, and a round trip of 0.5 ms:
//!
//! | quantity | formula | result |
//! |---|---|---|
//! | writes per second | rate of all nodes | 100,000 |
//! | live entries, each kept a second longer | rate * (*W* + 1 s) | 7,100,000 |
//! | the same entries, with clients ahead | rate * (*W* + *A* + 1 s) | 8,100,000 |
//! | bytes of the keys alone | 32 bytes times that | 259 MB |
//! | memory of the store | *G* times that | 2,017 MB |
//! | network traffic each way, with 150 bytes for a command and its frames | 150 bytes * rate | 15 MB per second |
//! | concurrent commands of one node | rate of the node * round trip | 5 |
//!
//! The 150 bytes are an assumption, and *G* is the figure of another cache: load your store with a million keys and
//! divide.
//!
//! * **Latency.** The round trip is added to the latency of each accepted request and of each replay, and of no other
//!   request. It is waiting, not computation: for 5 concurrent commands a single pipelined connection is enough. The
//!   guard waits until its timeout for the store ([`Dpop::replay_timeout`]); an error of the store is answered with
//!   503.
//! * **Sharding by key.** The key is a SHA-256, so shards fill evenly: each of *n* has an *n*-th of the writes, entries
//!   and bytes. One insert affects one key, so no operation spans shards. While one shard is unavailable an *n*-th of
//!   all requests is refused. A shard that restarts empty accepts replays of the proofs of the last *W* seconds once
//!   more, unless it stays offline that long; when shards are added, the keys that move are lost in the same way.
//! * **Replicas.** Query the primary: a replica that lags reports a replay as new. A failover that loses the last
//!   writes allows those proofs to be replayed.
//! * **Without a store.** A load balancer that always sends a token to the same node is an alternative, with a
//!   [`MemoryStore`] in each. It must extract the token from the header: an attacker who replays a request may write
//!   the scheme as `dpop` or `DPoP`, and a hash over the raw header would treat that as another client. When nodes are
//!   added or removed, tokens that move can be replayed once within *W*.
//! * **Early data** is safe to accept only where all instances that could receive it share a store
//!   ([`GuardBuilder::accept_early_data`]).
//!
//! [`Dpop::max_age`]: crate::proof::Dpop::max_age
//! [`Dpop::clock_skew`]: crate::proof::Dpop::clock_skew
//! [`Dpop::replay_timeout`]: crate::proof::Dpop::replay_timeout
//! [`GuardBuilder::accept_early_data`]: crate::GuardBuilder::accept_early_data
//! [`UsedProof::expires_at`]: crate::replay::UsedProof::expires_at
//! [`DenyList`]: crate::revocation::DenyList
//! [`ReplayStore`]: crate::replay::ReplayStore
//! [`MemoryStore`]: crate::replay::MemoryStore
//! [`MemoryStore::share_per_principal`]: crate::replay::MemoryStore::share_per_principal
//! [`Nonces`]: crate::proof::Nonces
//! [`Nonces::rotation`]: crate::proof::Nonces::rotation
//! [`MemoryStore::default`]: crate::replay::MemoryStore::default
//! [`MemoryStore::new`]: crate::replay::MemoryStore::new
