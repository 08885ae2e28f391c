//! The name of every setting, for hints.

/// Those of each table. A test compares them with what the tables know.
pub(crate) const SETTING_NAMES: [(&str, &[&str]); 20] = [
    (
        "",
        &[
            "insecure_http_origin",
            "listen",
            "mode",
            "origin",
            "origins",
            "path_prefix",
        ],
    ),
    (
        "tls",
        &["certificate", "client_ca", "client_certificates", "key"],
    ),
    ("forwarded", &["fields", "trusted_hops", "trusted_peers"]),
    (
        "upstream",
        &[
            "ca",
            "connect_seconds",
            "credentials",
            "host",
            "protocol",
            "response_seconds",
            "url",
        ],
    ),
    ("public", &["paths", "prefixes"]),
    (
        "forward_auth",
        &[
            "host_header",
            "method_header",
            "path_prefix",
            "proxy",
            "statuses",
            "trusted_peers",
            "uri_header",
        ],
    ),
    (
        "issuer",
        &[
            "accept_untyped_tokens",
            "algorithms",
            "dialect",
            "insecure_http",
            "jwks",
            "name",
        ],
    ),
    (
        "tokens",
        &["audiences", "ca", "leeway_seconds", "start_without_keys"],
    ),
    (
        "introspection",
        &[
            "cache_seconds",
            "client_certificate",
            "client_id",
            "client_key",
            "endpoint",
            "require_signed_responses",
            "tokens",
        ],
    ),
    (
        "dpop",
        &["algorithms", "clock_skew_seconds", "max_age_seconds", "off"],
    ),
    (
        "nonce",
        &["forget_replaced", "mode", "rotation_seconds", "secret_file"],
    ),
    (
        "mtls",
        &[
            "format",
            "header",
            "refuse_expired",
            "reject_untrusted_peers",
            "source",
            "trusted_hops",
            "trusted_peers",
        ],
    ),
    (
        "replay",
        &[
            "accept_once_per_node_during_outages",
            "ca",
            "capacity",
            "checked_by_gateway_only",
            "key_prefix",
            "redis",
            "sentinel",
            "share_per_principal",
        ],
    ),
    ("deny", &["ca", "key_prefix", "redis", "sentinel"]),
    (
        "policy",
        &[
            "accept_early_data",
            "allow_and_report_unbound_tokens",
            "allow_unbound_tokens",
            "deny_file",
            "exceptions_file",
            "grpc_responses",
            "ignore_confirmation_members",
            "let_responses_outlive_tokens",
            "realm",
            "refuse_query_tokens",
            "resource_metadata",
        ],
    ),
    (
        "identity.headers",
        &["client_id", "issuer", "jkt", "scope", "subject", "x5t_s256"],
    ),
    (
        "identity.token",
        &["audience", "header", "issuer", "key", "lifetime_seconds"],
    ),
    ("admin", &["listen"]),
    (
        "limits",
        &[
            "connections",
            "header_bytes",
            "header_seconds",
            "headers",
            "idle_seconds",
            "shutdown_seconds",
            "streams",
        ],
    ),
    ("log", &["filter", "format"]),
];
