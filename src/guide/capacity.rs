//! Scale on paper: what a core bears, what memory that takes, and what a fleet needs of a shared store.
//!
//! Nothing is defined here. The page takes a few measured figures and settings, each with a name, and does sums with
//! them; a test does most of the same sums. To plan with your own machine, run `cargo bench --bench paired` there and put its
//! figures in the place of these.
//!
//! # Figures
//!
//! Measured on 2 shared cores of an AMD EPYC (family 26, Zen 5) on 2026-11-20 by `cargo bench --bench paired`. Times on
//! other machines differ; the ratios to *V* differ less.
//!
//! | name | figure | what it is | line of the bench |
//! |---|---|---|---|
//! | *V* | 38 us | one bare ES256 verification by aws-lc-rs, its key parsed before | P3, `verify` |
//! | *C* | 1.03 | a whole check, token and sender known, by *V* | P3, `whole check` |
//! | *N* | 1.07 | a proof whose sender is not known, by *V* | P2, `proof, new sender` |
//! | *H* | 0.06 | a request to a bare axum handler over HTTP/1.1, by *V* | P10, `axum, bare` |
//! | *L* | 1.03 | what the layer adds to it, by *V* | P10, the goal's line |
//! | *R* | 0.03 | a refusal before the signature, its sender known and its proof of usual size, by *V* | P8, the goal's line |
//! | *T* | 0.34 | a whole check of an ES256 sender with a table, by *V* | P11, the goal's line |
//! | *B* | 36 bytes | a live proof in the default window, when its tables have just grown | P6, the first figure |
//! | *G* | 249 bytes | the same in a general cache (moka), for want of a figure of your shared store | P6, the last figure |
//!
//! | name | setting | where it is set |
//! |---|---|---|
//! | *W* | 70 s | [`Dpop::max_age`], 60 s, and [`Dpop::clock_skew`], 10 s |
//! | *A* | 10 s | the second half of it: how far a client's clock may be ahead |
//! | *S* | 1,638,400 | proofs that fit in [`MemoryStore::default`] |
//! | *M* | 0.97 | of *S*, what is filled when the first of the window's 64 parts is full |
//!
//! # A core
//!
//! | what | sum | result |
//! |---|---|---|
//! | checks per second, if a core does nothing else | 1 / (*C* *V*) | 25,500 |
//! | the same, when one request in ten brings a new token | 1 / ((*C* + 0.1) *V*) | 23,300 |
//! | checks per second of senders with tables | 1 / (*T* *V*) | 77,000 |
//! | axum requests per second | 1 / ((*H* + *L*) *V*) | 24,100 |
//! | such refusals per second | 1 / (*R* *V*) | 880,000 |
//!
//! Not in it: TLS, the work of your handler, and other middleware. Add their time to *H* + *L*.
//!
//! **New senders.** The first request of a client costs the verification of its token as well: about *N* + 1, two
//! verifications, where the issuer signs with ES256. From then on its token and its key are remembered; a new token for
//! the same key costs the one verification.
//!
//! **What a stranger can cost.** Requests that are malformed, for another method, URI, time or token, and copies cost
//! about *R*; a key that was not seen before costs more than twice that, because it is parsed. A proof of 8 KiB stuffed
//! with members takes a verification and a quarter to read (criterion, `refused`, `stuffed proof`). A token that was
//! never seen costs a verification, and so does a forged signature under a stolen token and the public key of its client;
//! if that client has a table, the table's check comes on top. A limit on requests per second, in front of the guard,
//! bounds all of them.
//!
//! # The replay window
//!
//! By RFC 9449 section 11.1 a server can remember each proof for as long as it would be accepted, and should refuse a
//! long `jti` or store a hash of it. [`MemoryStore`] keeps 112 bits of a SHA-256 of key, method, URI and `jti`, and when the
//! proof expires: 16 bytes, and the table around them. Only accepted requests are remembered; refused ones take no memory.
//!
//! A proof is kept until *W* after its `iat`: as long as it is acceptable, and as much longer as clocks may differ. The
//! window holds two generations and drops the older one as a whole when the last proof in it is too old, so a proof
//! takes its memory up to twice as long. `iat` may be ahead of this clock by *A*, and one client whose clock is ahead is enough to
//! keep a generation that much longer:
//!
//! * live proofs = rate * *W*
//! * capacity needed = rate * 2 * *W* / *M*, with clients ahead rate * 2 * (*W* + *A*) / *M*
//! * memory = capacity * *B*, as far as it is used
//!
//! | what | sum | result |
//! |---|---|---|
//! | requests per second that the default bears | *S* *M* / (2 *W*) | 11,400 |
//! | the same rate, with clients ahead | *S* *M* / (2 (*W* + *A*)) | 9,900 |
//! | the same for one client, with its default share of a quarter | *S* *M* / 4 / (2 (*W* + *A*)) | 2,500 |
//! | capacity for a core of nothing but axum requests | 2 (*W* + *A*) / *M* / ((*H* + *L*) *V*) | 4,000,000 |
//! | its memory | *B* times that | 143 MB |
//!
//! Tables keep the size that they once had. When overload has filled first one generation and then the other, they hold
//! 44 bytes for each proof of the capacity, used or not: 69 MiB for the default, and never more.
//!
//! So the default is for a process with less than half a core of guarded traffic. A busier one asks for more with
//! [`MemoryStore::new`]; a service with a few busy clients raises [`MemoryStore::share_per_principal`]. A full window refuses with 503,
//! and at nine tenths of one of its parts the log says so.
//!
//! **The time window.** All of this is proportional to it:
//!
//! | behind + ahead | capacity for 10,000 per second | its memory | the default bears |
//! |---|---|---|---|
//! | 5 s + 5 s | 310,000 | 11 MB | 53,000 per second |
//! | 60 s + 10 s | 1,650,000 | 59 MB | 9,900 per second |
//! | 300 s + 60 s | 8,700,000 | 312 MB | 1,900 per second |
//!
//! A narrow window also shortens the time in which a proof that was stolen and never used is good; it refuses clients
//! whose clocks are off by more, and requests that waited longer on their way.
//!
//! # What is remembered besides
//!
//! Losing an entry of these costs time and changes no verdict; all are shared by the clones of a guard.
//!
//! | what | bound | bytes of one | entries |
//! |---|---|---|---|
//! | verified tokens | 64 MiB | 512 + twice its claims, of 400 bytes, say | 51,000 |
//! | tables of senders, if asked for | 64 MiB | 87 KiB for ES256, 128 KiB for Ed25519 | 750 or 500 |
//! | senders | 32 MiB | its JOSE header and its key: 1,100 for ES256, 2,900 for RSA of 2048 bits | 30,000 or 11,000 |
//!
//! With more clients than that at a time, some requests find nothing and cost *N* + 1 instead of *C*: when it is half
//! of them, a core does a third fewer checks.
//!
//! # A fleet
//!
//! Each process remembers the proofs that it saw. Behind one origin a copied proof is good once at each of the other
//! nodes, for *W* at most. A shared [`ReplayStore`] closes that. It is asked once for each request that is otherwise
//! accepted, by one atomic command, and has to keep the answer until [`UsedProof::expires_at`] and for the largest difference
//! between its clock and the guard's.
//!
//! For ten nodes of 10,000 requests per second each, and a round trip of 0.5 ms:
//!
//! | what | sum | result |
//! |---|---|---|
//! | writes per second | rate of the fleet | 100,000 |
//! | live entries, each kept a second longer | rate * (*W* + 1 s) | 7,100,000 |
//! | the same entries, with clients ahead | rate * (*W* + *A* + 1 s) | 8,100,000 |
//! | bytes of the keys alone | 32 bytes times that | 259 MB |
//! | memory of the store | *G* times that | 2,017 MB |
//! | on the wire each way, with 150 bytes for a command and its frames | 150 bytes * rate | 15 MB per second |
//! | commands of one node on their way at a time | rate of the node * round trip | 5 |
//!
//! The 150 bytes are an assumption, and *G* is another cache's: load your store with a million keys and divide.
//!
//! * **Time.** The round trip is added to the latency of each accepted request and of each copy, and to no other's. It
//!   is waiting, not work: at 5 on their way a single pipelined connection is enough. The guard waits as long as the
//!   store does, so give the store's client a time limit; what it reports as an error is answered with 503.
//! * **Sharding by key.** The key is a SHA-256, so shards fill evenly: each of *n* has an *n*-th of the writes, entries
//!   and bytes. One insert touches one key, so nothing spans shards. While one is away an *n*-th of all requests is
//!   refused. One that comes back empty lets the proofs of the last *W* seconds pass once more, unless it stays shut
//!   that long; when shards are added, the keys that move are forgotten in the same way.
//! * **Replicas.** Ask the primary: a replica that lags says "new" to a copy. A failover that loses the last writes
//!   lets those be replayed.
//! * **Without a store.** A balancer that always sends a token to the same node does as well, with a [`MemoryStore`] in
//!   each. It has to read the token out of the header: a sender of copies may write the scheme as `dpop` or `DPoP`, and
//!   a hash over the raw header takes that for another client. When nodes come or go, tokens that move can be replayed
//!   once within *W*.
//! * **Early data** is safe to accept only where all that could receive it share a store
//!   ([`GuardBuilder::accept_early_data`]).
//!
//! [`Dpop::max_age`]: crate::proof::Dpop::max_age
//! [`Dpop::clock_skew`]: crate::proof::Dpop::clock_skew
//! [`GuardBuilder::accept_early_data`]: crate::GuardBuilder::accept_early_data
//! [`UsedProof::expires_at`]: crate::replay::UsedProof::expires_at
//! [`ReplayStore`]: crate::replay::ReplayStore
//! [`MemoryStore`]: crate::replay::MemoryStore
//! [`MemoryStore::share_per_principal`]: crate::replay::MemoryStore::share_per_principal
//! [`MemoryStore::default`]: crate::replay::MemoryStore::default
//! [`MemoryStore::new`]: crate::replay::MemoryStore::new
