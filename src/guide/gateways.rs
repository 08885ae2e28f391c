//! Behind gateways: which origin a proof is for, where a proxy stands in front, and long responses.
//!
//! This module defines no items. [`Dpop`] has the settings.
//!
//! # Which origin
//!
//! A client signs the URI that it calls (`htu`). This service sees another one where a proxy ends TLS, rewrites the
//! host or strips a path. The guard therefore never composes the origin from the request: it is configured.
//!
//! | set-up | configuration |
//! |---|---|
//! | one public name | [`Dpop::new`]; `Host` does not matter |
//! | the gateway strips a path | [`Dpop::path_prefix`] |
//! | several public names, `Host` as the client sent it | [`Dpop::also_origin`] for each further name |
//! | several public names, the proxy changes `Host` | the same, and [`Dpop::forwarded_host`] |
//! | the gateway strips paths that are not known at start | [`ForwardedHost::read_prefix`] |
//!
//! With several origins, the host of the request selects one of them, and the proof must be for that one. What an
//! attacker gains by another host is a refusal: 421 for a host that is not configured, 401 where the proof names
//! another origin. A copy of a request at the origin that it was signed for is refused by the replay store.
//!
//! # Which field
//!
//! Most proxies write one family of fields, and pass on the other one as the client sent it. Configure the one that
//! yours replaces; the other is removed. With two proxies in a row, the outer one replaces, the inner one appends an
//! element or leaves the field alone, and [`ForwardedHost::trusted_hops`] is the number of elements.
//!
//! | proxy | by default | with these lines |
//! |---|---|---|
//! | nginx | `Host` is that of `proxy_pass`; all fields are passed on as the client sent them | `X-Forwarded-*` |
//! | HAProxy | `Host` is kept; all fields are passed on | `X-Forwarded-*`, or `Forwarded` |
//! | Apache httpd | `Host` is that of `ProxyPass`; `X-Forwarded-Host` is appended to | `X-Forwarded-*` |
//! | Caddy | `Host` is kept; `X-Forwarded-*` of clients are replaced, unless they are in `trusted_proxies` | `X-Forwarded-*` |
//! | Envoy | `:authority` is kept; `X-Forwarded-Proto` is replaced, `X-Forwarded-Host` is passed on | `X-Forwarded-*` |
//! | Traefik | `Host` is kept; `X-Forwarded-*` are replaced, unless clients are in `trustedIPs` | `X-Forwarded-*`, with [`read_prefix`](crate::proof::ForwardedHost::read_prefix) for `stripPrefix` |
//!
//! Where the proxy keeps `Host`, nothing needs to be forwarded: `also_origin` is enough.
//!
//! **nginx.** `$http_host` has the port, `$host` does not. One `proxy_set_header` in a `location` switches off those of
//! the levels above it. To keep the client's host instead: `proxy_set_header Host $http_host;`.
//!
//! ```text
//! location / {
//!     proxy_set_header X-Forwarded-Host $http_host;    # replaces
//!     proxy_set_header X-Forwarded-Proto $scheme;
//!     proxy_pass http://127.0.0.1:3000;
//! }
//! ```
//!
//! **HAProxy.** `set-header` replaces. From version 2.8 on also `Forwarded`: `http-request del-header Forwarded` in the
//! frontend, and `option forwarded proto host for` in the backend, which would append without the former.
//!
//! ```text
//! http-request set-header X-Forwarded-Host %[req.hdr(host)]
//! http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
//! ```
//!
//! **Apache httpd.** Without the last line, `mod_proxy` appends its own element, and the field has two.
//!
//! ```text
//! RequestHeader set X-Forwarded-Host "expr=%{HTTP_HOST}"
//! RequestHeader set X-Forwarded-Proto "expr=%{REQUEST_SCHEME}"
//! ProxyAddHeaders Off
//! ```
//!
//! **Caddy** does this without any line. Leave `trusted_proxies` out, or list proxies in it that do the same.
//!
//! **Envoy**, in the route configuration. `use_remote_address: true` in the `HttpConnectionManager` makes it replace
//! `X-Forwarded-Proto`:
//!
//! ```text
//! request_headers_to_add:
//! - header: {key: x-forwarded-host, value: "%REQ(:AUTHORITY)%"}
//!   append_action: OVERWRITE_IF_EXISTS_OR_ADD
//! ```
//!
//! Then send a request through the proxy with `X-Forwarded-Host: evil.example` and `Forwarded: host=evil.example`: it
//! must be accepted (the proxy replaces the field) or refused with 400 or 421, whatever its proof says. Another attempt
//! is `Connection: x-forwarded-host`, by which Apache omits its own field: it is refused with `forwarded_missing`.
//!
//! # Who may forward
//!
//! [`TrustedPeers`] lists the proxies by address, certificate or Unix socket. The address of the connection counts,
//! never one in a header. Every process that can connect from there can state any of the configured origins: what it
//! gains is to use a proof for the same path at another of your origins.
//!
//! # Long responses
//!
//! A request is checked once, at its start. A WebSocket, server-sent events or a gRPC stream would outlive the token:
//!
//! | response | what ends it |
//! |---|---|
//! | server-sent events, downloads of unknown length | [`GuardLayer::end_responses_with_access`]: the body ends |
//! | gRPC, server streaming and bidirectional | the same: status 16 in the trailers |
//! | gRPC, client streaming | the handler, with [`Guard::access_end`]: the response has not begun |
//! | WebSocket | the handler, with [`Guard::access_end`] |
//! | gateway without tower | [`Guard::access_end`] |
//!
//! They end at the expiry of the token and its leeway, and within a second after a denial. Clients connect again, with
//! a new token and a new proof: an `EventSource` does so by itself, but cannot set headers, so use `fetch`.
//!
//! A WebSocket handshake over HTTP/1.1 is a `GET`, over HTTP/2 and HTTP/3 a `CONNECT` with a path (RFC 8441, RFC 9220),
//! and `htm` is that method. `htu` has `https`; [`Dpop::accept_websocket_schemes`] accepts `wss` too. Behind a proxy
//! that translates between the versions the method is another one than the client signed: the proof is refused. Scripts
//! of web pages cannot set headers in a handshake, so they cannot send a proof with it.
//!
//! # Early data
//!
//! A proxy that accepts TLS 1.3 early data forwards `Early-Data: 1`, and the guard answers 425 (RFC 8470): the request
//! may be a copy. [`GuardBuilder::accept_early_data`] is for a replay store that is strict and shared by all instances:
//! one that answers each proof as new once, refuses when it is full or unreachable, and forgets nothing within the time
//! window. A certificate-bound token has no proof and no replay store: then leave it off.
//!
//! [`Dpop`]: crate::proof::Dpop
//! [`Dpop::accept_websocket_schemes`]: crate::proof::Dpop::accept_websocket_schemes
//! [`Dpop::also_origin`]: crate::proof::Dpop::also_origin
//! [`Dpop::forwarded_host`]: crate::proof::Dpop::forwarded_host
//! [`Dpop::new`]: crate::proof::Dpop::new
//! [`Dpop::path_prefix`]: crate::proof::Dpop::path_prefix
//! [`ForwardedHost`]: crate::proof::ForwardedHost
//! [`ForwardedHost::read_prefix`]: crate::proof::ForwardedHost::read_prefix
//! [`ForwardedHost::trusted_hops`]: crate::proof::ForwardedHost::trusted_hops
//! [`Guard::access_end`]: crate::Guard::access_end
//! [`GuardLayer::end_responses_with_access`]: crate::GuardLayer::end_responses_with_access
//! [`GuardBuilder::accept_early_data`]: crate::GuardBuilder::accept_early_data
//! [`TrustedPeers`]: crate::cert::TrustedPeers
