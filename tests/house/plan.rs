//! The plan of the house: the floors, who may name what, and the exceptions with their reasons.

use super::lexer::Token;

/// Rooms from the ground up: each imports only what is on a lower floor. On a floor marked `true`, rooms may
/// import each other too, but not in a circle.
pub(crate) const FLOORS: [(&[&str], bool); 12] = [
    (
        &[
            "address",
            "config_error",
            "config_file",
            "cors",
            "credentials",
            "crypto",
            "excerpt",
            "future",
            "guide",
            "header_alias",
            "interaction_id",
            "limited_file",
            "log_limit",
            "near_miss",
            "requirement_error",
            "scope_hierarchy",
            "sender",
            "skipped_key",
            "sync",
            "time",
            "unavailable",
            "url_error",
        ],
        true,
    ),
    (
        &["cert", "exceptions", "http_client", "jose", "replay", "uri"],
        false,
    ),
    (&["client_auth", "keys", "proof"], false),
    (&["metadata", "token", "token_endpoint"], false),
    (&["revocation"], false),
    (
        &["binding_error", "refuse", "rejection", "rejection_reason"],
        true,
    ),
    (&["access"], false),
    (&["observe", "response"], false),
    (&["guard", "require"], false),
    (&["config", "error", "extract", "layer"], false),
    (&["openapi"], false),
    (&["lib"], false),
];

/// Rooms that never meet, whatever their floors.
pub(crate) const APART: [(&str, &str); 2] = [("token", "proof"), ("proof", "token")];

/// Names that have an owner: the words, where they may stand (a file, or a room with `/`), and what they are.
pub(crate) const OWNED: [(&[Word], &[&str], &str); 11] = [
    (&[Word::Crate("tower")], &["layer/"], "tower"),
    (
        &[Word::Method("call")],
        &["layer/inner.rs"],
        "the call of the inner service, which takes an admitted request",
    ),
    (
        &[
            Word::Ident("StatusCode"),
            Word::Ident("status_mut"),
            Word::Ident("WWW_AUTHENTICATE"),
            Word::Text("www-authenticate"),
        ],
        &["response/", "token_endpoint/rejection.rs"],
        "what the client is told",
    ),
    (
        &[Word::Ident("DPOP_NONCE"), Word::Text("dpop-nonce")],
        &["response/"],
        "the nonce of a response",
    ),
    (
        &[Word::Ident("AUTHORIZATION"), Word::Text("authorization")],
        &["credentials/header.rs", "token_endpoint/basic.rs"],
        "the Authorization header",
    ),
    (
        &[Word::Ident("DPOP"), Word::Text("dpop")],
        &["proof/claims.rs"],
        "the DPoP header",
    ),
    (
        &[
            Word::Crate("aws_lc_rs"),
            Word::Crate("crrl"),
            Word::Crate("curve25519_dalek"),
            Word::Crate("ed25519_dalek"),
            Word::Crate("p256"),
            Word::Crate("p384"),
            Word::Crate("p521"),
            Word::Crate("rsa"),
            Word::Crate("sha2"),
            Word::Crate("subtle"),
        ],
        &["crypto/"],
        "a crypto library",
    ),
    (
        &[Word::Crate("base64")],
        &["cert/", "crypto/", "token_endpoint/basic.rs"],
        "base64, the strict alphabets of which differ",
    ),
    (
        &[Word::Ident("Instant"), Word::Ident("SystemTime")],
        &["time.rs"],
        "the system's clock",
    ),
    (
        &[Word::Crate("tracing")],
        &[
            "cert/tls_listener.rs",
            "client_auth/shared_secret.rs",
            "config_file/watched.rs",
            "keys/log.rs",
            "keys/static_keys.rs",
            "observe/",
            "proof/nonce/secrets.rs",
            "proof/tables/builder.rs",
            "proof/tables/verifier.rs",
            "replay/nearly_full.rs",
            "replay/outage.rs",
            "revocation/status_list/lists.rs",
            "token/introspection/breaker.rs",
            "token/jwt/issuer.rs",
            "token_endpoint/log.rs",
        ],
        "the log",
    ),
    (
        &[
            Word::Macro("panic"),
            Word::Macro("todo"),
            Word::Macro("unimplemented"),
            Word::Macro("unreachable"),
            Word::Method("expect"),
            Word::Method("unwrap"),
        ],
        &[],
        "a panic",
    ),
];

/// Where a name with an owner may stand besides: file or room, the word, whether only as a type, and why.
pub(crate) const EXCEPTIONS: [(&str, &str, bool, &str); 20] = [
    (
        "layer/require.rs",
        "call",
        false,
        "the call of a service inside a guard, with an `Access` that meets the requirement",
    ),
    (
        "layer/metadata.rs",
        "call",
        false,
        "the call of a whole service, the guard included, for requests that are not for metadata",
    ),
    (
        "layer/required_routes.rs",
        "call",
        false,
        "the call of a whole application from outside, as a client with credentials",
    ),
    (
        "http_client/",
        "StatusCode",
        true,
        "the status of a document that was fetched, not one that is answered",
    ),
    (
        "layer/unguarded.rs",
        "call",
        false,
        "the call of a whole application from outside, as a client without credentials",
    ),
    (
        "layer/ending.rs",
        "call",
        false,
        "the call of a guarded service, which checks the request",
    ),
    ("cors.rs", "AUTHORIZATION", false, "a name for a CORS layer"),
    (
        "cors.rs",
        "WWW_AUTHENTICATE",
        false,
        "a name for a CORS layer",
    ),
    (
        "layer/nonce.rs",
        "call",
        false,
        "the call of a service without a guard, whose responses get a nonce",
    ),
    ("cors.rs", "dpop-nonce", false, "a name for a CORS layer"),
    ("cors.rs", "dpop", false, "a name for a CORS layer"),
    (
        "credentials/",
        "dpop",
        false,
        "the name of the scheme, spelled like the header",
    ),
    (
        "guard/builder.rs",
        "dpop",
        false,
        "the name of a setting, spelled like the header",
    ),
    (
        "openapi/alternatives.rs",
        "dpop",
        false,
        "the name of a security scheme, spelled like the header",
    ),
    (
        "token/introspection/response.rs",
        "dpop",
        false,
        "a token type, spelled like the header",
    ),
    (
        "http_client/form.rs",
        "AUTHORIZATION",
        false,
        "a header that this server sends, not one that it receives",
    ),
    (
        "cert/forwarded.rs",
        "authorization",
        false,
        "a name that no certificate header may have",
    ),
    (
        "cert/forwarded.rs",
        "dpop",
        false,
        "a name that no certificate header may have",
    ),
    (
        "response/optional_admission.rs",
        "authorization",
        false,
        "the name of the header in `Vary`",
    ),
    (
        "token/dialect/providers.rs",
        "dpop",
        false,
        "a value of Keycloak's claim `typ`, spelled like the header",
    ),
];

pub(crate) const MAX_CODE_LINES: usize = 400;

/// A name that has an owner.
pub(crate) enum Word {
    /// The root of a path.
    Crate(&'static str),
    Ident(&'static str),
    Macro(&'static str),
    /// Called on a value or named as a path.
    Method(&'static str),
    /// A whole string literal, whatever its case.
    Text(&'static str),
}

impl Word {
    pub(crate) const fn text(&self) -> &'static str {
        match self {
            Self::Crate(text)
            | Self::Ident(text)
            | Self::Macro(text)
            | Self::Method(text)
            | Self::Text(text) => text,
        }
    }

    pub(crate) fn stands_at(&self, tokens: &[Token], at: usize) -> bool {
        let token = &tokens[at];
        let before = at.checked_sub(1).map_or("", |at| &tokens[at].text);
        let after = tokens.get(at + 1).map_or("", |token| &token.text);
        let inside_path = before == "::" || before == ".";
        match self {
            Self::Text(text) => token.is_literal && token.text.eq_ignore_ascii_case(text),
            _ if token.is_literal || token.text != self.text() => false,
            Self::Crate(_) => !inside_path && (after == "::" || before == "use"),
            Self::Ident(_) => true,
            Self::Macro(_) => after == "!",
            Self::Method(_) => inside_path,
        }
    }
}
