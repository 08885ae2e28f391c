//! Emergencies: what to do when a token, a key, a client or an issuer is compromised, and what each step covers.
//!
//! This module defines no items. It assumes a guard with a deny-list:
//!
//! ```
//! # use sender_constraint::{ConfigError, Guard, GuardBuilder};
//! use sender_constraint::revocation::DenyList;
//!
//! # fn example(builder: GuardBuilder) -> Result<Guard, ConfigError> {
//! let list = DenyList::new();
//! let guard = builder.deny_list(list.clone()).build()?;
//! # Ok(guard)
//! # }
//! ```
//!
//! A list that is in place before the emergency costs one atomic load for each request. With the feature
//! `config-files`, `revocation::DenyFile` does the same with a file, which configuration management can write on all
//! instances.
//!
//! # What was compromised?
//!
//! | what | here, at once | at the authorization server | covers |
//! |---|---|---|---|
//! | one access token | [`Entry::token`] | revoke it | this token, whoever sends it; not its successors from a refresh token |
//! | a client's DPoP key | [`Entry::key`] | revoke the client's tokens, refuse the key | tokens bound to the key, and requests that it proves, also as the successor of a rollover |
//! | a client's certificate | [`Entry::certificate`] | the same; revoke the certificate at its CA | the same for certificates |
//! | a client, or its secret | [`Entry::client`] | disable the client, or change its secret | all tokens of the client |
//! | a client that has a new secret already | [`Entry::client`] with [`Entry::issued_before`] | | tokens from before the change |
//! | a user's account or session | [`Entry::subject`], with [`Entry::issued_before`] if the user may sign in again | end the sessions | tokens of the user, at all clients |
//! | a signing key of the issuer | [`Entry::signing_key`], then `RemoteKeys::purge` | withdraw the key | all tokens that the key verified, whatever `kid`, issue time and client they name |
//! | the issuer itself | [`Entry::issuer`] | | all of its tokens |
//! | this server's verification | [`JwtVerifier::purge`] | | cached results: each token is verified again |
//!
//! An entry is in effect from the next request on, in this process. Requests that wait for keys or for the replay store
//! are checked after the wait. A request that was accepted before runs to its end, a stream as long as it lasts: close
//! the connections of long-lived responses yourself.
//!
//! # The limits of an entry
//!
//! * **It ends.** After 24 hours by default ([`DenyList::default_life`]): set no less than the longest life of a token.
//!   A stolen key that the authorization server still accepts gets new tokens after that. Give such an entry its own
//!   end ([`Entry::until`], up to ten years).
//! * **It is compared byte for byte** with the claims of the token, as `Access::claims` has them: copy names from
//!   there. An issuer with a trailing `/` is another issuer, and an entry that matches nothing is no error.
//! * **It needs the claim.** An entry for a client has no effect on tokens without `client_id`; the same holds for
//!   `sub` and `jti`. Only `issued_before` denies a token without its claim (`iat`). Entries for keys, signing keys and
//!   issuers need no claim that an issuer may leave out.
//! * **A forged token can contain any claims.** Whoever has a signing key can write any `jti`, `sub`, `client_id` and
//!   `iat`: deny the signing key, not the names.
//! * **It is the memory of one process.** Add it on every instance, and again after a restart, or use a file. Instances
//!   that have a `RedisDenyList` of the crate `sender-constraint-redis` share one: add it on one of them.
//!
//! # A signing key was stolen, step by step
//!
//! 1. [`Entry::signing_key`] with the `kid`, on all instances. Tokens of that key are refused with 401; those of other
//!    keys pass. If the key is published without a `kid`, use [`Entry::issuer`].
//! 2. Have the issuer publish a new key and withdraw the stolen one.
//! 3. `RemoteKeys::purge`, on all instances: the key set is fetched again at the next token. Cached tokens of the
//!    withdrawn key are refused from then on, and [`JwtVerifier::purge`] is not needed.
//! 4. Check in the log (`kind` `token_unknown_key`) that tokens of the stolen key are refused, then
//!    [`DenyList::lift`] the entry, or let it end.
//!
//! # During the investigation
//!
//! A refusal is an event with `kind` `revocation_denied`, and its `reason` names the entry. The client learns only that
//! its token is invalid, and requests a new one: an entry for a client, user or key denies that one too.
//!
//! [`DenyList::default_life`]: crate::revocation::DenyList::default_life
//! [`DenyList::lift`]: crate::revocation::DenyList::lift
//! [`Entry::certificate`]: crate::revocation::Entry::certificate
//! [`Entry::client`]: crate::revocation::Entry::client
//! [`Entry::issued_before`]: crate::revocation::Entry::issued_before
//! [`Entry::issuer`]: crate::revocation::Entry::issuer
//! [`Entry::key`]: crate::revocation::Entry::key
//! [`Entry::signing_key`]: crate::revocation::Entry::signing_key
//! [`Entry::subject`]: crate::revocation::Entry::subject
//! [`Entry::token`]: crate::revocation::Entry::token
//! [`Entry::until`]: crate::revocation::Entry::until
//! [`JwtVerifier::purge`]: crate::token::JwtVerifier::purge
