//! The kinds of refusals: what [`Rejection::kind`](crate::Rejection::kind) returns and the field `kind` of events has,
//! with the status of the response and the cause.
//!
//! Kinds are stable: use them in metrics and alerts. The text of a refusal, in the field `reason`, says what was
//! expected, what was received, and which setting governs it. Kinds with status 500 and 503 are events of level
//! `error`: the set-up is wrong, or a dependency is unavailable, and the client can do nothing. `credentials_missing`
//! is of level `debug`, unless the request is a CORS preflight, and so are `proof_nonce_expired`, `proof_nonce_missing`
//! and `proof_nonce_missing_on_skew`, by which a client receives its nonce; all others are of level `warn`. A gRPC
//! client receives the status that [`GuardBuilder::grpc_responses`] describes.
//!
//! [`GuardBuilder::grpc_responses`]: crate::GuardBuilder::grpc_responses
//!
//! # The `Authorization` header
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `credentials_already_checked` | 500 | Another guard accepted the request before, and used up its proof: guards are layered around each other |
//! | `credentials_malformed` | 400 | The scheme is not followed by exactly one token68 (RFC 9110 section 11.4) |
//! | `credentials_missing` | 401 | No `Authorization` header |
//! | `credentials_query_token` | 400 | `access_token` in the query, which the strict option refuses |
//! | `credentials_repeated` | 400 | Several `Authorization` headers (RFC 6750 section 3.1) |
//! | `credentials_token_too_large` | 431 | The token is longer than the limit |
//! | `credentials_unsupported_scheme` | 401 | A scheme other than `Bearer` and `DPoP`: treated as no credentials |
//!
//! # The request
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `request_early_data` | 425 | `Early-Data: 1`: the request may be a copy of one in the first flight of another connection (RFC 8470 section 5.1) |
//! | `request_host_conflict` | 400 | `:authority` and `Host` differ (RFC 9113 section 8.3.1); with several origins also an absolute-form target and `Host` |
//! | `request_illegal_host` | 400 | `Host` or the authority of the target is not `host[:port]` (RFC 9110 section 7.2) |
//! | `request_illegal_path` | 400 | Dot segments, a NUL, or characters outside RFC 3986 in the path |
//! | `request_misdirected` | 421 | The host is not that of a configured origin (RFC 9110 sections 7.4 and 15.5.20) |
//! | `request_missing_host` | 400 | No `Host`, where it selects one of several origins |
//! | `request_path_too_long` | 400 | A path of more than 8192 bytes |
//! | `request_repeated_host` | 400 | More than one `Host` header |
//!
//! # The forwarded certificate
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `certificate_base64` | 400 | Not padded base64 of the standard alphabet |
//! | `certificate_chain_too_long` | 400 | More certificates in a chain than the limit |
//! | `certificate_chain_without_certificate` | 400 | `Client-Cert-Chain` without `Client-Cert` (RFC 9440 section 2.3) |
//! | `certificate_fingerprint` | 400 | Not a SHA-256 fingerprint in the configured encoding |
//! | `certificate_header_too_large` | 400 | The header is longer than the limit |
//! | `certificate_not_a_certificate` | 400 | Not the DER of exactly one certificate |
//! | `certificate_not_forwarded` | 400 | The proxy states that there is a certificate, but forwards none: it may have been too large for it |
//! | `certificate_pem` | 400 | Not a PEM block labelled `CERTIFICATE` without surrounding text (RFC 7468 section 5) |
//! | `certificate_repeated` | 400 | More than one header where one is expected |
//! | `certificate_several` | 400 | More than one certificate where one is expected |
//! | `certificate_structured_field` | 400 | Not a Byte Sequence, or a List of them (RFC 9651 section 3.3.5) |
//! | `certificate_too_large` | 400 | The certificate is longer than the limit |
//! | `certificate_unknown_peer` | 500 | The peer address is unknown: a mistake of the set-up, answered with 500 |
//! | `certificate_untrusted_peer` | 400 | The connection does not come from a trusted proxy |
//! | `certificate_xfcc_conflict` | 400 | `Hash`, `Cert` and `Chain` of one element describe different certificates |
//! | `certificate_xfcc_duplicate` | 400 | A key twice in one element |
//! | `certificate_xfcc_elements` | 400 | More elements than configured |
//! | `certificate_xfcc_no_certificate` | 400 | Neither `Hash` nor `Cert` nor `Chain` in the element |
//! | `certificate_xfcc_syntax` | 400 | Not `key=value;key=value,...` |
//!
//! # The forwarded host
//!
//! Only with [`Dpop::forwarded_host`](crate::proof::Dpop::forwarded_host), in requests with the scheme `DPoP`.
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `forwarded_duplicate` | 400 | A parameter twice in one element of `Forwarded` (RFC 7239 section 4) |
//! | `forwarded_elements` | 400 | Not one element for each trusted proxy: the client may have sent the field itself |
//! | `forwarded_host_missing` | 400 | The first element of `Forwarded` has no `host` |
//! | `forwarded_illegal_host` | 400 | Not `host[:port]` |
//! | `forwarded_illegal_port` | 400 | `X-Forwarded-Port` is not a number from 1 to 65535 |
//! | `forwarded_illegal_prefix` | 400 | `X-Forwarded-Prefix` is not a path that a gateway could have stripped |
//! | `forwarded_missing` | 400 | A trusted peer did not send the field |
//! | `forwarded_port_conflict` | 400 | The host has another port than `X-Forwarded-Port` |
//! | `forwarded_repeated` | 400 | More than one field where one is expected |
//! | `forwarded_scheme` | 400 | The client used another scheme than that of the origin |
//! | `forwarded_syntax` | 400 | Not the grammar of the configured field |
//! | `forwarded_too_long` | 400 | The field is longer than the limit |
//! | `forwarded_unknown_peer` | 500 | The peer address is unknown: a mistake of the set-up, answered with 500 |
//!
//! # The DPoP proof
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `proof_access_token_hash` | 401 | `ath` is the hash of another token (item 12) |
//! | `proof_algorithm` | 401 | `alg` is not in the configured list (item 5) |
//! | `proof_critical` | 401 | A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797) that is false |
//! | `proof_empty_claim` | 401 | A required claim is an empty string |
//! | `proof_expired` | 401 | `exp` has passed |
//! | `proof_header` | 401 | The header is not a strict JSON object |
//! | `proof_issued_in_future` | 401 | `iat` is in the future (item 11) |
//! | `proof_issued_too_long_ago` | 401 | `iat` is too old (item 11) |
//! | `proof_jti_too_long` | 401 | `jti` is longer than the limit (section 11.1) |
//! | `proof_key` | 401 | The `jwk` is not a usable public key (item 7) |
//! | `proof_method` | 401 | `htm` names another method (item 8) |
//! | `proof_missing` | 401 | Scheme `DPoP` without the `DPoP` header (section 7.1) |
//! | `proof_missing_claim` | 401 | A required claim is missing (item 3) |
//! | `proof_missing_header_member` | 401 | A required header member is missing (item 3) |
//! | `proof_no_target_path` | 401 | The request target has no path that `htu` could contain (`OPTIONS *`, CONNECT to an authority) |
//! | `proof_nonce_expired` | 401 | The nonce was issued longer ago than it is accepted (section 8); answered with `use_dpop_nonce` |
//! | `proof_nonce_from_future` | 401 | The nonce was issued by an instance whose clock is ahead, or before this clock was set back; `use_dpop_nonce` |
//! | `proof_nonce_malformed` | 401 | The nonce does not have the form of those that this server issues (section 8.1); `use_dpop_nonce` |
//! | `proof_nonce_missing` | 401 | No nonce, where one is required (item 10); `use_dpop_nonce` |
//! | `proof_nonce_missing_on_skew` | 401 | No nonce, where one replaces the time of a client whose clock is wrong; `use_dpop_nonce` |
//! | `proof_nonce_unknown` | 401 | The nonce is forged, or of another origin or secret (section 9); `use_dpop_nonce` |
//! | `proof_not_a_jws` | 401 | The `DPoP` header is not a single compact JWS (item 2) |
//! | `proof_not_yet_valid` | 401 | `nbf` is in the future |
//! | `proof_payload` | 401 | The claims are not a strict JSON object |
//! | `proof_repeated` | 401 | More than one `DPoP` header (item 1) |
//! | `proof_replayed` | 401 | The same proof was accepted before (section 11.1) |
//! | `proof_signature` | 401 | The signature does not verify (item 6) |
//! | `proof_target_uri` | 401 | `htu` names another URI (item 9) |
//! | `proof_target_uri_form` | 401 | `htu` is not a URI that could identify a resource |
//! | `proof_too_large` | 431 | The proof is longer than the limit |
//! | `proof_type` | 401 | `typ` is not `dpop+jwt` (item 4) |
//!
//! # The replay store
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `replay_clock_set_back` | 503 | The clock ran ahead, and was set back to a time whose proofs were dropped as expired |
//! | `replay_full` | 503 | The store has no space for another proof |
//! | `replay_principal_share_used` | 429 | The principal has as many live proofs in the store as one principal may have |
//!
//! # The access token
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `token_algorithm` | 401 | `alg` is not in the issuer's list |
//! | `token_algorithm_not_in_profile` | 401 | `Guard::fapi2` does not allow the algorithm of the token |
//! | `token_audience` | 401 | `aud` contains none of this server's identifiers |
//! | `token_audience_unknown` | 401 | The response of an introspection endpoint has no `aud` |
//! | `token_claim_type` | 401 | A claim does not have the form that the issuer's dialect reads |
//! | `token_confirmation` | 401 | `cnf` cannot be read |
//! | `token_contradiction` | 401 | The response of an introspection endpoint about a JWT contradicts it |
//! | `token_critical` | 401 | A header member that changes how the JWS is read: `crit` (RFC 7515 section 4.1.11), `zip`, or `b64` (RFC 7797) that is false |
//! | `token_dpop_without_key` | 401 | `token_type` DPoP in the response of an introspection endpoint, without the key (RFC 9449 section 6.2) |
//! | `token_expired` | 401 | `exp` has passed |
//! | `token_header` | 401 | The header is not a strict JSON object |
//! | `token_inactive` | 401 | The issuer reports that the token is not active (RFC 7662 section 2.2) |
//! | `token_issued_in_future` | 401 | `iat` is in the future |
//! | `token_issuer` | 401 | No issuer of this name is configured, nor allowed by the rule of a `TenantIssuers` |
//! | `token_key_id_too_long` | 401 | `kid` is longer than the limit |
//! | `token_marker` | 401 | The token does not have what distinguishes access tokens in the issuer's dialect |
//! | `token_missing_claim` | 401 | A required claim is missing or empty |
//! | `token_missing_header_member` | 401 | A required header member is missing |
//! | `token_not_a_jws` | 401 | Not a compact JWS; includes JWE, which is not supported |
//! | `token_not_an_access_token` | 401 | Neither `client_id` nor `scope` in a token without `typ` `at+jwt` |
//! | `token_not_yet_valid` | 401 | `nbf` is in the future |
//! | `token_payload` | 401 | The claims are not a strict JSON object |
//! | `token_reported_type` | 401 | The response of an introspection endpoint is about another kind of token, such as a refresh token |
//! | `token_signature` | 401 | The signature does not verify with any key that was tried |
//! | `token_type` | 401 | `typ` is not `at+jwt` |
//! | `token_unexpected_claim` | 401 | A claim that only other kinds of JWT have, in a token without `typ` `at+jwt` |
//! | `token_unknown_key` | 401 | The issuer has no key of this `kid` and algorithm, even after a refresh |
//!
//! # Revocation
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `revocation_denied` | 401 | The token, its sender or its issuer is denied |
//!
//! # The binding of the token
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `binding_bound_token_as_bearer` | 401 | A token bound to a key, presented as `Bearer` (RFC 9449 section 7.2) |
//! | `binding_certificate_expired` | 401 | The right certificate, but outside its validity period, or with an unknown one, where the validity period is checked |
//! | `binding_certificate_mismatch` | 401 | The certificate presented is not the one that the token is bound to (RFC 8705 section 3) |
//! | `binding_certificate_missing` | 401 | A token bound to a certificate, and the request has none |
//! | `binding_key_mismatch` | 401 | The proof is signed with another key (RFC 9449 section 6.1) |
//! | `binding_mtls_not_configured` | 401 | A token bound to a certificate, on a guard without `GuardBuilder::mtls` |
//! | `binding_stray_proof` | 400 | A `DPoP` header with an unbound bearer token, which the strict option refuses |
//! | `binding_unbound_token` | 401 | The token is unbound |
//! | `binding_unbound_token_as_dpop` | 401 | Scheme `DPoP` with a token that is not bound to a key |
//! | `binding_unknown_confirmation` | 401 | Members of `cnf` that this guard cannot check |
//!
//! # What the route requires
//!
//! Of a request that the guard accepted: by [`Require`](crate::require::Require) and
//! [`RouteRequirements`](crate::require::RouteRequirements).
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `requirement_acr` | 401 | `acr` is none of those that the route accepts (RFC 9470 section 3) |
//! | `requirement_auth_time` | 401 | The user authenticated too long ago (RFC 9470 section 3) |
//! | `requirement_auth_time_in_future` | 401 | `auth_time` is in the future |
//! | `requirement_auth_time_missing` | 401 | The token does not say when the user authenticated |
//! | `requirement_authorization_details` | 403 | No authorization detail of the required type satisfies the route (RFC 9396) |
//! | `requirement_client_token` | 403 | The token of a client that acts for itself, where a user is required |
//! | `requirement_invalid` | 500 | The requirement itself cannot be used: a mistake of the set-up |
//! | `requirement_predicate` | 403 | A condition of the application does not hold |
//! | `requirement_scope` | 403 | The token lacks a scope (RFC 6750 section 3.1) |
//! | `requirement_sender_constraint` | 401 | The token is not bound to its sender by the method that the route requires |
//! | `requirement_undeclared` | 403 | No requirement is declared for the route, and the guard refuses such requests |
//! | `requirement_user_token` | 403 | The token of a user, where a client that acts for itself is required |
//!
//! # Dependencies
//!
//! | kind | status | cause |
//! |---|---|---|
//! | `unavailable_client_authentication` | 503 | This server has no usable credentials for an authorization server |
//! | `unavailable_client_registry` | 503 | The registrations of clients are unavailable (`token_endpoint`, never a guard) |
//! | `unavailable_introspection` | 503 | The introspection endpoint of an issuer does not respond, or not with a usable response |
//! | `unavailable_issuer_keys` | 503 | The keys of an issuer cannot be fetched |
//! | `unavailable_issuer_resolver` | 503 | An `IssuerResolver` does not respond, or a limit of `TenantIssuers` is reached |
//! | `unavailable_replay_store` | 503 | The replay store does not respond |
//! | `unavailable_revocation` | 503 | A `Revocation` cannot tell whether the token is denied |
//! | `unavailable_token_verifier` | 503 | A `TokenVerifier` does not respond, or a limit of `Cached` is reached |
