//! The example `resource_server` names options, never the library's API: each kind of refusal, and each setting in a text
//! of the library, has its options.

use super::governed::options_of;
use super::hints;
use super::options::Options;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_kind_of_refusal_has_its_options() {
    let (kinds, known) = (kinds(), known_options());
    assert!(kinds.len() > 80, "{kinds:?}");
    for kind in kinds {
        let options = options_of(&kind);
        let options =
            options.unwrap_or_else(|| panic!("name the options of {kind} in governed.rs"));
        for option in options {
            assert!(known.contains(*option), "{kind}: {option}");
        }
    }
}

#[test]
fn every_kind_of_refusal_has_one_row_in_the_guide() {
    // Each of these becomes one of the kinds `unavailable_..`.
    let inner = [
        "replay_unavailable",
        "revocation_unavailable",
        "token_unavailable",
    ];
    let guide = include_str!("../../../src/guide/refusals.rs");
    let rows = guide.matches("//! | `").count();
    let kinds = kinds();
    for kind in kinds.iter().filter(|kind| !inner.contains(&kind.as_str())) {
        assert_eq!(
            guide.matches(&format!("//! | `{kind}` | ")).count(),
            1,
            "{kind}"
        );
    }
    assert_eq!(rows, kinds.len() - inner.len());
}

#[test]
fn every_setting_in_a_text_of_the_library_has_an_option() {
    let settings = settings();
    assert!(settings.len() > 20, "{settings:?}");
    let is_named = |(line, setting): &(String, String)| {
        let shown = hints::in_options(line);
        shown.contains(&format!("`{setting}`")) && !NEVER_SHOWN.contains(&setting.as_str())
    };
    let unnamed: Vec<_> = settings.into_iter().filter(is_named).collect();
    assert!(
        unnamed.is_empty(),
        "name their options in hints.rs: {unnamed:#?}"
    );
}

#[test]
fn options_in_place_of_settings_exist() {
    let mut known = known_options();
    known.insert("--help".to_owned());
    for (_, shown) in hints::SETTINGS {
        for word in shown
            .split([' ', ';'])
            .filter(|word| word.starts_with("--"))
        {
            assert!(known.contains(word), "{word}");
        }
    }
}

#[test]
fn texts_of_the_library_are_sentences_with_options() {
    for (text, kind, shown) in [
        (
            "this server accepts [\"a\"]; the token's audience is \"b\"; configure with `JwtVerifier::new` and \
             `JwtVerifier::add_audience`",
            "token_audience",
            "this server accepts [\"a\"]; the token's audience is \"b\"; configure with --audience",
        ),
        (
            "configure with `JwtVerifier::new` or `JwtVerifier::add_issuer`",
            "token_issuer",
            "configure with --issuer",
        ),
        (
            "the configured issuers are [\"a\"]",
            "token_issuer",
            "the configured issuers are [\"a\"] (--issuer)",
        ),
        (
            "the deny-list has an entry for client \"a\"; remove it with `DenyList::lift`, or from its file",
            "revocation_denied",
            "the deny-list has an entry for client \"a\"; remove it from the file of --deny or the list in --redis",
        ),
        (
            "the proof was used before",
            "proof_replayed",
            "the proof was used before",
        ),
        ("a new text", "a_new_kind", "a new text"),
    ] {
        assert_eq!(hints::with_options(text, kind), shown);
        // A text passes twice on its way into the log.
        assert_eq!(hints::with_options(shown, kind), shown);
    }
}

fn known_options() -> BTreeSet<String> {
    let command = Options::command_with_environment();
    let names = command
        .get_arguments()
        .filter_map(|option| option.get_long());
    names.map(|name| format!("--{name}")).collect()
}

/// The variants of the enums that name kinds, as `strum` writes them.
fn kinds() -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for source in sources() {
        for piece in source
            .split("#[strum(serialize_all = \"snake_case\", prefix = \"")
            .skip(1)
        {
            let (prefix, rest) = piece.split_once('"').unwrap();
            let (variants, _) = rest.split_once("\n}").unwrap();
            // A variant with a name of its own shares the kind of another one.
            let (variants, mut is_alias) = (variants.to_owned(), false);
            let lines = variants
                .lines()
                .filter_map(|line| line.strip_prefix("    "));
            let lines = lines.filter(|line| {
                let is_variant = line.starts_with(|first: char| first.is_ascii_uppercase());
                let is_kept = !is_alias || !is_variant;
                is_alias = line.starts_with("#[strum(serialize = ") || (is_alias && !is_variant);
                is_kept
            });
            for line in
                lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
            {
                let name = line
                    .split(|each: char| !each.is_ascii_alphanumeric())
                    .next()
                    .unwrap();
                kinds.insert(format!("{prefix}{}", snake_case(name)));
            }
        }
    }
    kinds
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, character) in name.char_indices() {
        if character.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

/// What is between backticks in the texts of the library, and a name of its API; each with its line.
fn settings() -> Vec<(String, String)> {
    let (sources, functions) = (sources(), functions());
    let lines = sources.iter().flat_map(|source| source.lines());
    let mut settings = Vec::new();
    for line in lines.filter(|line| !line.trim_start().starts_with("//")) {
        for name in line.split('`').skip(1).step_by(2) {
            let is_path = name.split_once("::").is_some_and(|(_, rest)| {
                rest.starts_with(|first: char| first.is_ascii_alphabetic())
            });
            let is_function =
                name.contains('_') && functions.contains(name) && !CLAIMS.contains(&name);
            if is_path || name.contains('(') || is_function {
                settings.push((line.trim().to_owned(), name.to_owned()));
            }
        }
    }
    settings
}

fn functions() -> BTreeSet<String> {
    let mut functions = BTreeSet::new();
    for source in sources() {
        for head in ["pub fn ", "pub const fn ", "pub async fn "] {
            for piece in source.split(head).skip(1) {
                let end = piece.find(['(', '<']).unwrap();
                functions.insert(piece[..end].to_owned());
            }
        }
    }
    functions
}

/// The library's files, without their tests, and without those that a resource server does not use.
fn sources() -> Vec<String> {
    let mut sources = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("tests") && !path.ends_with("token_endpoint") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(path).unwrap();
                let code = source.split("#[cfg(test)]\nmod tests").next();
                sources.push(code.unwrap_or_default().to_owned());
            }
        }
    }
    sources
}

/// Members of tokens and of metadata that are names of functions too.
const CLAIMS: [&str; 3] = ["auth_time", "client_id", "jwks_uri"];

/// The program calls each of these once, always, or never: no option could cause such a text.
const NEVER_SHOWN: [&str; 45] = [
    ".layer(guard.layer())",
    ".route(..)",
    "Access::require",
    "Cached::timeout",
    "Cached::waiting_requests",
    "DenyList::deny",
    "DenyList::max_entries",
    "Dpop::replay_checked_by_gateway_only",
    "Dpop::replay_store",
    "Dpop::replay_timeout",
    "FilteredStore::timeout",
    "Guard::to_builder",
    "GuardBuilder::dpop",
    "GuardBuilder::rollovers",
    "Introspection::accept_tokens_without_audience",
    "IssuerPattern::over_insecure_http",
    "MutualTls::handshake_timeout",
    "RemoteKeys::for_issuer",
    "RemoteKeys::from_jwks_uri",
    "Require::any_scope",
    "Require::any_token()",
    "Require::authorization_details",
    "Require::bound_by",
    "Require::client",
    "Require::locations",
    "Require::predicate",
    "Require::user",
    "RouteRequirements::route",
    "ScopeHierarchy::includes",
    "StatusLists::add_issuer",
    "StatusLists::algorithms",
    "TenantIssuers::concurrent_calls",
    "TenantIssuers::timeout",
    "TenantIssuers::waiting_requests",
    "allow_anonymous_requests",
    "allow_unbound_tokens()",
    "dpop(..)",
    "into_make_service_with_connect_info::<Peer>()",
    "issued_before",
    "metadata_url(..)",
    "mtls(..)",
    "refuse_expired_certificates",
    "refuse_query_tokens",
    "refuse_stray_proofs",
    "{0}(..)",
];
