//! The options that govern a refusal or an error: the texts of the library name settings of its API instead.

use sender_constraint::Rejection;

use super::governed::options_of;

/// The text of the library, with options in place of settings.
pub(crate) fn in_options(text: &str) -> String {
    let mut text = text.to_owned();
    for (setting, option) in SETTINGS {
        text = text.replace(setting, option);
    }
    // One constructor takes both.
    let option = if text.contains("audience") {
        "--audience"
    } else {
        "--issuer"
    };
    text = text.replace("`JwtVerifier::new`", option);
    text = text.replace(", or those of `Introspection`", "");
    // Two settings of the library can be one option.
    for option in ["--issuer", "--audience"] {
        for separator in [" and ", " or ", ", "] {
            let twice = format!("{option}{separator}{option}");
            text = text.replace(&twice, option);
        }
    }
    text
}

/// Why a request was refused, with the options that govern it.
pub(crate) fn reason(rejection: &Rejection) -> String {
    with_options(&rejection.to_string(), rejection.kind())
}

/// Appends the options of a kind that the text does not have.
pub(crate) fn with_options(text: &str, kind: &str) -> String {
    let text = in_options(text);
    let options = options_of(kind).unwrap_or_default();
    let unnamed = options.iter().filter(|option| !text.contains(**option));
    let unnamed: Vec<_> = unnamed.copied().collect();
    if unnamed.is_empty() {
        text
    } else {
        format!("{text} ({})", unnamed.join(", "))
    }
}

/// Settings as the library's texts name them, and what this program has in their place. Longer ones first.
pub(crate) const SETTINGS: [(&str, &str); 67] = [
    (
        "invalid peer certificate: UnknownIssuer",
        "this machine does not trust the authority that signed the server's certificate; name it with --ca",
    ),
    (
        "call `allow_unbound_tokens`",
        "start this server with --allow-unbound",
    ),
    ("those of `HeaderFormat::name`", "in --help"),
    (
        "with `DenyList::lift`, or from its file",
        "from the file of --deny or the list in --redis",
    ),
    ("; configure with `FilteredStore::timeout`", ""),
    ("; configure with `ReplayStoreBuilder::timeout`", ""),
    ("`Servers::cluster`", "--redis more than once"),
    (
        "`Servers::credentials`",
        "user and password in the URL of --redis",
    ),
    ("`Servers::sentinel`", "--redis-sentinel"),
    ("`Dpop::new` and `Dpop::also_origin`", "--origin"),
    ("`Dpop::new` or `Dpop::also_origin`", "--origin"),
    ("`Dpop::also_origin`", "--origin"),
    ("`Dpop::algorithms`", "--proof-algs"),
    ("`Dpop::forwarded_host`", "--forwarded"),
    ("`ForwardedHost::trusted_hops`", "--forwarded-hops"),
    ("`Dpop::clock_skew`", "--clock-skew"),
    ("`Dpop::max_age`", "--proof-max-age"),
    ("`Dpop::new`", "--origin"),
    ("`Dpop::over_insecure_http`", "--insecure-http-origin"),
    ("`Dpop::path_prefix`", "--path-prefix"),
    (
        "name the client in `GuardBuilder::exceptions`",
        "name the client in the file of --exceptions",
    ),
    (
        "`Issuer::algorithms` or `Introspection::response_algorithms`",
        "--token-algs",
    ),
    ("`Guard::fapi2`", "--fapi2"),
    (" in `Require::scopes` is", " is"),
    (" in `Require::acr` is", " is"),
    ("`ProtectedResource::scopes`", "--require-scope"),
    (
        "the scopes of the protected resource",
        "the scopes of --require-scope",
    ),
    ("`GuardBuilder::exceptions`", "--exceptions"),
    (
        "add a deny-list or status lists with `GuardBuilder::revocation`, or introspect the tokens",
        "use --introspect or --deny or --redis",
    ),
    ("`GuardBuilder::mtls`", "--tls-cert or --forwarded-cert"),
    (
        "`Issuer::over_insecure_http` and `RemoteKeysBuilder::allow_insecure_http`",
        "--insecure-http-issuer",
    ),
    ("`Issuer::over_insecure_http`", "--insecure-http-issuer"),
    ("`Issuer::dialect`", "--dialect"),
    ("`Issuer::accept_untyped_tokens`", "--lenient-typ"),
    ("`Issuer::algorithms`", "--token-algs"),
    ("`Issuer::audience`", "--audience"),
    ("`JwtVerifier::add_audience`", "--audience"),
    ("`JwtVerifier::add_issuer`", "--issuer"),
    ("`JwtVerifier::add_tenants`", "--issuer"),
    ("`JwtVerifier::leeway`", "--token-leeway"),
    (
        "`RemoteKeysBuilder::allow_insecure_http`",
        "--insecure-http-issuer",
    ),
    ("`NonceSecrets`", "--nonce-secret"),
    ("`Nonces::on_clock_skew`", "--nonce skew"),
    ("`Nonces::required`", "--nonce required"),
    ("`Nonces::rotation`", "--nonce-rotation"),
    ("`RemoteKeysBuilder::lazy`", "--lazy-keys"),
    ("`ReqwestClient::with_root_certificates`", "--ca"),
    ("`Require::max_age` and `Require::clock_skew`", "--max-age"),
    ("`Require::acr`", "--require-acr"),
    ("`Require::clock_skew`", "--max-age"),
    ("`Require::max_age`", "--max-age"),
    ("`Require::scopes`", "--require-scope"),
    ("`StaticKeys`", "--jwks"),
    ("`TrustedPeers`", "--trusted-peer"),
    ("`Xfcc::trusted_hops`", "--trusted-hops"),
    ("`accept_early_data`", "--accept-early-data"),
    ("`add_audience`", "--audience"),
    ("`add_issuer`", "--issuer"),
    ("`allow_and_report_unbound_tokens`", "--report-unbound"),
    ("`allow_unbound_tokens`", "--allow-unbound"),
    ("`Introspection::response_algorithms`", "--token-algs"),
    ("`ignore_confirmation_member`", "--ignore-cnf"),
    ("`path_prefix`", "--path-prefix"),
    ("`require_signed_responses`", "--require-signed-responses"),
    ("`trusted_hops`", "--trusted-hops"),
    ("trusted_hops is", "it is"),
    ("Require::max_age is", "it is"),
];
