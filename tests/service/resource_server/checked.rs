//! Options of the example `resource_server` are checked before keys are fetched.

use super::checks::check;
use super::options::Options;

/// Nothing listens at this issuer.
fn error(arguments: &[&str]) -> String {
    let required = [
        "resource_server",
        "--issuer",
        "http://127.0.0.1:1",
        "--audience",
        "https://api.example.com",
    ];
    let mut all = required.to_vec();
    if !arguments.contains(&"--origin") {
        all.extend(["--origin", "http://127.0.0.1:9300"]);
    }
    let options = Options::read(all.iter().chain(arguments)).unwrap();
    check(&options).map_or_else(|error| error, |_| String::new())
}

#[tokio::test]
async fn options_are_checked_before_keys_are_fetched() {
    for (arguments, expected) in [
        (&[][..], ""),
        (
            &["--fapi2", "--allow-unbound"],
            "--allow-unbound contradicts --fapi2: ",
        ),
        (
            &["--fapi2", "--proof-algs", "ES384"],
            "ES384 in --proof-algs contradicts --fapi2: ",
        ),
        (
            &["--fapi2", "--token-leeway", "120"],
            "a leeway for tokens of 120 s (--token-leeway) contradicts --fapi2",
        ),
        (
            &["--fapi2", "--exceptions", "examples/exceptions.toml"],
            "--exceptions contradicts --fapi2: ",
        ),
        (&["--token-algs", "HS256"], "--token-algs: "),
        (&["--jwks", "/no/file"], "--jwks: "),
        (&["--ca", "/no/file"], "--ca /no/file: "),
        (
            &["--nonce-secret", "/no/file"],
            "--nonce-secret: without nonces it has no effect",
        ),
        (
            &["--nonce", "required", "--nonce-secret", "/no/file"],
            "--nonce-secret: ",
        ),
        (&["--deny", "/no/file"], "--deny: "),
        (&["--exceptions", "/no/file"], "--exceptions: "),
        (&["--cors", "app.example.com"], "--cors: "),
        (
            &["--redis", "redis://127.0.0.1:1"],
            "--redis: this program was built without it",
        ),
        (
            &[
                "--introspect",
                "all",
                "--client-id",
                "a",
                "--client-key",
                "/no/file",
            ],
            "--client-key /no/file: ",
        ),
        (&["--require-scope", "a\"b"], "--require-scope: "),
    ] {
        let error = error(arguments);
        assert!(error.starts_with(expected), "{arguments:?}: {error}");
        assert_eq!(error.is_empty(), expected.is_empty(), "{error}");
    }
}
