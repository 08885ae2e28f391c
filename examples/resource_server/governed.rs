//! The options that govern each kind of refusal.

/// The options that govern a kind of refusal: none where the client or the authorization server must change. `None` for
/// an unknown kind.
pub(crate) fn options_of(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "binding_certificate_missing" => &["--tls-cert", "--forwarded-cert", "--trusted-peer"],
        "binding_mtls_not_configured" => &["--tls-cert", "--forwarded-cert"],
        "binding_unbound_token" => &["--allow-unbound"],
        "binding_unknown_confirmation" => &["--ignore-cnf"],
        "certificate_untrusted_peer" => &["--trusted-peer"],
        "certificate_xfcc_elements" => &["--trusted-hops"],
        "certificate_base64"
        | "certificate_fingerprint"
        | "certificate_not_a_certificate"
        | "certificate_pem"
        | "certificate_structured_field"
        | "certificate_xfcc_no_certificate"
        | "certificate_xfcc_syntax" => &["--forwarded-cert"],
        "forwarded_elements" => &["--forwarded-hops"],
        "forwarded_duplicate"
        | "forwarded_host_missing"
        | "forwarded_illegal_host"
        | "forwarded_repeated"
        | "forwarded_syntax"
        | "forwarded_too_long" => &["--forwarded"],
        "forwarded_missing" => &["--forwarded", "--trusted-peer"],
        "forwarded_scheme" => &["--origin"],
        "proof_algorithm" => &["--proof-algs"],
        "proof_issued_in_future" => &["--clock-skew"],
        "proof_issued_too_long_ago" => &["--proof-max-age"],
        "proof_nonce_expired" => &["--nonce-rotation"],
        "proof_nonce_missing" | "proof_nonce_missing_on_skew" => &["--nonce"],
        "proof_nonce_unknown" => &["--nonce-secret"],
        "proof_target_uri" => &["--origin", "--path-prefix"],
        "requirement_acr" => &["--require-acr"],
        "requirement_auth_time"
        | "requirement_auth_time_in_future"
        | "requirement_auth_time_missing" => &["--max-age"],
        "requirement_invalid" => &["--require-scope", "--require-acr", "--max-age"],
        "requirement_scope" => &["--require-scope"],
        "revocation_denied" => &["--deny", "--redis"],
        "unavailable_replay_store" | "unavailable_revocation" => &["--redis"],
        "request_early_data" => &["--accept-early-data"],
        "request_misdirected" => &["--origin"],
        "token_algorithm" => &["--token-algs"],
        "credentials_query_token" | "token_algorithm_not_in_profile" => &["--fapi2"],
        "token_audience" => &["--audience"],
        "token_expired" | "token_not_yet_valid" => &["--token-leeway"],
        "token_inactive" | "token_not_a_jws" => &["--introspect"],
        "token_issuer" => &["--issuer"],
        "token_claim_type" | "token_marker" => &["--dialect"],
        "token_type" => &["--dialect", "--lenient-typ"],
        "token_signature" | "token_unknown_key" => &["--jwks"],
        "unavailable_client_authentication" => &["--client-id", "--client-key", "--client-tls"],
        "unavailable_introspection" => &[
            "--introspection-endpoint",
            "--client-id",
            "--client-key",
            "--client-tls",
        ],
        "unavailable_issuer_keys" => &["--jwks", "--ca"],
        "binding_bound_token_as_bearer"
        | "binding_certificate_expired"
        | "binding_certificate_mismatch"
        | "binding_key_mismatch"
        | "binding_stray_proof"
        | "binding_unbound_token_as_dpop"
        | "certificate_chain_too_long"
        | "certificate_chain_without_certificate"
        | "certificate_header_too_large"
        | "certificate_not_forwarded"
        | "certificate_repeated"
        | "certificate_several"
        | "certificate_too_large"
        | "certificate_unknown_peer"
        | "certificate_xfcc_conflict"
        | "certificate_xfcc_duplicate"
        | "credentials_already_checked"
        | "credentials_malformed"
        | "credentials_missing"
        | "credentials_repeated"
        | "credentials_token_too_large"
        | "credentials_unsupported_scheme"
        | "forwarded_illegal_port"
        | "forwarded_illegal_prefix"
        | "forwarded_port_conflict"
        | "forwarded_unknown_peer"
        | "proof_access_token_hash"
        | "proof_critical"
        | "proof_empty_claim"
        | "proof_expired"
        | "proof_header"
        | "proof_jti_too_long"
        | "proof_key"
        | "proof_method"
        | "proof_missing"
        | "proof_missing_claim"
        | "proof_missing_header_member"
        | "proof_no_target_path"
        | "proof_nonce_from_future"
        | "proof_nonce_malformed"
        | "proof_not_a_jws"
        | "proof_not_yet_valid"
        | "proof_payload"
        | "proof_repeated"
        | "proof_replayed"
        | "proof_signature"
        | "proof_target_uri_form"
        | "proof_too_large"
        | "proof_type"
        | "replay_clock_set_back"
        | "replay_full"
        | "replay_principal_share_used"
        | "replay_unavailable"
        | "requirement_authorization_details"
        | "requirement_client_token"
        | "requirement_predicate"
        | "requirement_sender_constraint"
        | "requirement_undeclared"
        | "requirement_user_token"
        | "request_host_conflict"
        | "request_illegal_host"
        | "request_illegal_path"
        | "request_missing_host"
        | "request_path_too_long"
        | "request_repeated_host"
        | "token_confirmation"
        | "token_critical"
        | "token_header"
        | "token_issued_in_future"
        | "token_key_id_too_long"
        | "token_missing_claim"
        | "token_missing_header_member"
        | "token_not_an_access_token"
        | "token_payload"
        | "token_unavailable"
        | "token_unexpected_claim"
        | "unavailable_issuer_resolver"
        | "unavailable_client_registry"
        | "revocation_unavailable"
        | "token_audience_unknown"
        | "token_contradiction"
        | "token_dpop_without_key"
        | "token_reported_type"
        | "unavailable_token_verifier" => &[],
        _ => return None,
    })
}
