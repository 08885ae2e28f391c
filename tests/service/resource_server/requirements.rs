//! `--require-scope`, `--require-acr` and `--max-age` of the example `resource_server`.

use super::running::{Running, URL};

use http::{Request, StatusCode};
use sender_constraint_testing::Token;
use serde_json::{Value, json};

async fn explained(server: &Running, token: &Token) -> (StatusCode, Value) {
    let request = server.client.request("GET", URL, &token.sign());
    let answer = server.send(request).await;
    (answer.status, serde_json::from_str(&answer.text).unwrap())
}

#[tokio::test]
async fn step_01_required_acr_and_age_are_explained() {
    let options = ["--require-acr", "phr mfa", "--max-age", "300", "--explain"];
    let server = Running::start(&options).await;
    let (status, body) = explained(&server, &server.token()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["error"], "insufficient_user_authentication");
    assert_eq!(body["acr_values"], "phr mfa");
    assert_eq!(body["max_age"], 300);
    assert_eq!(body["kind"], "requirement_acr");
    assert_eq!(body["options"], json!(["--require-acr"]));
    let reason = body["reason"].as_str().unwrap();
    let expected = "the token's `acr` is missing, but the route requires one of \"phr mfa\"; configure with --require-acr; \
        also, the token has no `auth_time`";
    assert!(reason.starts_with(expected), "{reason}");
    let (status, body) = explained(&server, &server.token().claim("acr", "mfa")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(body["kind"], "requirement_auth_time_missing");
    assert_eq!(body["options"], json!(["--max-age"]));
    let authenticated = server.token().claim("acr", "phr");
    let now = authenticated.claims["iat"].clone();
    let (status, _) = explained(&server, &authenticated.claim("auth_time", now)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn scp_01_required_scope_is_explained_and_named_at_first() {
    let server = Running::start(&["--require-scope", "read admin", "--explain"]).await;
    let (status, body) = explained(&server, &server.token()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(body["scope"], "read admin");
    assert_eq!(
        body["reason"],
        "the token lacks the scope \"admin\"; it has \"read write\", and the route requires \"read admin\" \
         (--require-scope)"
    );
    let answer = server.send(Request::get(URL).body(()).unwrap()).await;
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.ends_with("scope=\"read admin\""), "{challenge}");
}

#[tokio::test]
async fn scope_that_cannot_stand_in_a_challenge_stops_the_start() {
    let error = Running::try_start(&["--require-scope", "a\"b"]).await;
    let error = error.err().unwrap();
    assert!(
        error.starts_with("--require-scope: scope \"a\\\"b\" has"),
        "{error}"
    );
}

#[test]
fn errors_of_requirements_name_the_option() {
    use super::options::Options;
    use super::requirement::requirement;

    let error = |name: &str, value: &str| {
        let required = [
            "resource_server",
            "--issuer",
            "i",
            "--audience",
            "a",
            "--origin",
            "b",
        ];
        let options = Options::read(required.iter().chain(&[name, value])).unwrap();
        requirement(&options.requirements).unwrap_err()
    };
    let scopes = vec!["a"; 65].join(" ");
    for (name, value, expected) in [
        (
            "--require-scope",
            "a\"b",
            "--require-scope: scope \"a\\\"b\" has ",
        ),
        (
            "--require-scope",
            &scopes,
            "--require-scope: the number of scopes is 65, but must be from 1 to 64",
        ),
        ("--require-acr", "a\"b", "--require-acr: "),
        (
            "--max-age",
            "99999999999",
            "--max-age: it is 99999999999 s, but must be from 0 s to ",
        ),
    ] {
        let error = error(name, value);
        assert!(error.starts_with(expected), "{error}");
        assert!(!error.contains("::"), "{error}");
    }
}
