//! Browsers: pages that call a guarded service with tokens bound to a key of theirs (RFC 9449).
//!
//! This module defines no items. The example `browser` serves a page with everything that is described here; its files
//! `page/key.js` and `page/dpop.js` need no framework and no build step, and are to be copied:
//!
//! ```sh
//! cargo run --features browser --example browser
//! ```
//!
//! # The service
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # fn example(api: axum::Router, guard: sender_constraint::Guard) -> axum::Router {
//! use http::Method;
//! use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
//! use tower_http::cors::CorsLayer;
//!
//! let cors = CorsLayer::new()
//!     .allow_origin(["https://app.example.com".parse().unwrap()])
//!     .allow_methods([Method::GET, Method::POST])
//!     .allow_headers(REQUEST_HEADERS)
//!     .expose_headers(EXPOSED_HEADERS);
//! // The last layer is the outermost.
//! api.layer(guard.layer()).layer(cors)
//! # }
//! ```
//!
//! * **The CORS layer is outside of the guard.** It answers preflights, which contain neither token nor proof, and adds
//!   its headers to refusals. Inside of the guard, a preflight receives 401, and the browser sends no request at all.
//! * **Name the origins.** A CORS layer that allows all of them (`*`, or the `Origin` of the request) lets every page
//!   send a token and a proof that it obtained, from the network of its visitors. `null` is the origin of any sandboxed
//!   frame.
//! * **Name the headers.** `*` in `Access-Control-Allow-Headers` does not include `Authorization`, and in a response to
//!   a request with credentials, `*` is the name of a header (Fetch standard, "CORS protocol").
//!   [`cors::REQUEST_HEADERS`](crate::cors::REQUEST_HEADERS) and
//!   [`cors::EXPOSED_HEADERS`](crate::cors::EXPOSED_HEADERS) have the names that this crate needs.
//! * **The page must be able to read challenge and nonce** (RFC 9449 sections 7.1 and 8). The guard exposes those that
//!   it sends in a response to a request with `Origin`. A gateway that replaces `Access-Control-Expose-Headers` must
//!   name them too: a page that cannot read `DPoP-Nonce` cannot answer `use_dpop_nonce`, and every request fails.
//! * **Require nonces** ([`Nonces::required`](crate::proof::Nonces::required)): proofs that a script made in advance
//!   are then of no use once their nonce has expired, and a wrong clock of the user's computer does not matter.
//! * **Cookies are not needed**, and authenticate nobody. Leave `allow_credentials` out. Where other parts of the
//!   application need it, the guard still decides by token and proof alone, so that a forged cross-site request is
//!   refused.
//! * **CORS restricts pages, not attackers.** Programs that are no browsers ignore it. Token and proof protect the
//!   service.
//!
//! # What is kept where
//!
//! | what | where | why |
//! |---|---|---|
//! | private key | IndexedDB, as a `CryptoKey` that is not extractable | it survives a reload; no script can copy it |
//! | access token | memory | it is short-lived, and obtained again after a reload |
//! | refresh token, if any | memory; bound to the same key (RFC 9449 section 5) and rotated | a stolen one is of no use without the key |
//! | nonces | memory, the newest of each origin | a nonce is of no use at another server (RFC 9449 section 9) |
//!
//! A private key as a JWK in `localStorage`, or any other key that a script can read, is no more than a second bearer
//! token: whoever copies both has both.
//!
//! `crypto.subtle.generateKey(algorithm, false, ["sign"])` makes such a key. `false` stands for *not extractable* and
//! cannot be changed later; IndexedDB stores the `CryptoKey`, and scripts never see its bytes. Delete it at logout. On
//! disk the bytes are part of the profile, as a rule unencrypted: malware with access to the profile can copy them.
//! Where a browser cannot store keys, as in some private windows, the key lasts until the page is closed.
//!
//! # A proof for each request
//!
//! * Make it immediately before the request is sent, from the final method and URL: `htm` and `htu` are what the
//!   browser sends, not what the caller wrote. `htu` has neither query nor fragment.
//! * Retry once on `use_dpop_nonce`, with the new nonce; a second demand is an error. Read `DPoP-Nonce` from every
//!   response, also from those with 200, where the server renews it (RFC 9449 section 8.2).
//! * Each retry needs a proof of its own. Retries below the proof, by a library or a background sync, are refused as
//!   replays.
//! * Do not follow redirects: the proof names the first URL, and the browser sends the header `DPoP` on to the next.
//! * The clock of a computer can be wrong by hours. A page can correct it by `Date`, which is among the exposed
//!   headers; with a nonce that is not necessary, since the time of the nonce counts.
//!
//! # What a script of an attacker can still do
//!
//! A script in the page (XSS, a compromised dependency) has the rights of the page. With a key that is not extractable,
//! it cannot take the key away. It still can (RFC 9449 section 11.4; RFC 10017, "Attack Scenarios"):
//!
//! * **send requests from the page** as long as it is open, with proofs that the key signs. Nothing that a browser
//!   offers prevents this.
//! * **make proofs in advance**, with times in the future, and use them elsewhere with the stolen token until that
//!   expires (RFC 9449 section 11.2). Short tokens limit this, and nonces that the server requires limit it to their
//!   lifetime.
//! * **obtain tokens for a key of its own**, through a hidden frame and the user's session at the authorization server.
//!   Neither this key nor nonces prevent that; only an authorization server that requires the user's interaction for
//!   each new token does.
//!
//! Apart from these proofs and tokens, the attack ends when the page is closed. Keep scripts out by other means: a
//! content security policy without inline scripts and without foreign origins, Trusted Types, and few dependencies; the
//! example sends such a policy. Where the data justify more, keep tokens out of the browser altogether: RFC 10017
//! describes the backend for frontend, whose cookie the page has, while keys and tokens stay on a server.
//!
//! # Service workers
//!
//! A service worker can hold the token and sign proofs, so that scripts of the page never see the token. RFC 10017 does
//! not recommend it, since such a script can obtain tokens of its own all the same. Where it is used:
//!
//! * The worker makes proof and nonce retry, and the page neither. Two places that do both send two proofs.
//! * The worker's memory ends when the browser stops it. A key in IndexedDB is still there, but any script of the
//!   origin can open it and sign: the worker hides the token, not the use of the key.
//! * A script in the page can unregister the worker and go on without it. The list above holds with a worker too.
//! * The Cache API stores what a script puts there, whatever `Cache-Control` says. Leave out responses to requests with
//!   a token: they may belong to another user by the next visit, and a nonce in them is old.
//!
//! # Sources
//!
//! RFC 9449 sections 4.2, 7.1, 8.2, 9 and 11; RFC 10017, OAuth 2.0 for Browser-Based Applications
//! (draft-ietf-oauth-browser-based-apps); the Fetch standard, "CORS protocol"; Web Cryptography API, "CryptoKey
//! interface".
