//! What is a JWT of the same issuer for the same audience, but no access token (JWT-16).

use serde_json::{Value, json};

use crate::common::{AUDIENCE, ISSUER, NOW};

/// JWTs of other standards, of the same issuer and for the same audience.
pub(super) fn other_kinds() -> Vec<(&'static str, Value)> {
    let with = |mut claims: Value| {
        claims["iss"] = ISSUER.into();
        claims["aud"] = AUDIENCE.into();
        claims["exp"] = (NOW + 600).into();
        claims["iat"] = NOW.into();
        claims
    };
    let logout = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    let revoked =
        json!({"https://schemas.openid.net/secevent/caep/event-type/session-revoked": {}});
    vec![
        ("JWT", with(json!({"sub": "alice", "auth_time": NOW}))),
        (
            "JWT",
            with(json!({"sub": "alice", "nonce": "n", "at_hash": "h"})),
        ),
        (
            "token-introspection+jwt",
            with(json!({"token_introspection": {"active": true, "client_id": "app"}})),
        ),
        ("secevent+jwt", with(json!({"jti": "1", "events": revoked}))),
        (
            "logout+jwt",
            with(json!({"jti": "1", "sub": "alice", "events": logout})),
        ),
        (
            "statuslist+jwt",
            with(
                json!({"sub": "https://as.example.com/1", "status_list": {"bits": 1, "lst": "eNrb"}}),
            ),
        ),
        (
            "wit+jwt",
            with(json!({"sub": "wimse://example.com/a", "cnf": {"jwk": {"kty": "EC"}}})),
        ),
        (
            "dpop+jwt",
            with(json!({"jti": "1", "htm": "GET", "htu": "https://rs.example.com/a"})),
        ),
    ]
}

pub(super) const OTHER_TYPES: [&str; 14] = [
    "",
    "at",
    "at+jws",
    "at+jwt ",
    "at+jwt;x=1",
    "text/at+jwt",
    "application/",
    "application/application/at+jwt",
    "dpop+jwt",
    "id_token+jwt",
    "logout+jwt",
    "secevent+jwt",
    "token-introspection+jwt",
    "wit+jwt",
];
