//! Errors of the example `resource_server` show no secret that is in the place of another value.

use super::checks::check;
use super::options::Options;

const NONCE_SECRET: &str = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
const PEM: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg=\n-----END PRIVATE KEY-----\n";
const JWK: &str =
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE\"}";
const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.MIGHAgEAMBMGByqGSM49AgEG";

/// The error of the command line, or of the check of its options.
fn error(arguments: &[&str]) -> String {
    let required = [
        "resource_server",
        "--issuer",
        "https://as.example.com",
        "--audience",
        "https://api.example.com",
        "--origin",
        "http://127.0.0.1:9300",
    ];
    match Options::read(required.iter().chain(arguments)) {
        Err(error) => error.to_string(),
        Ok(options) => {
            let error = check(&options).map(drop).unwrap_err();
            options.described(&error)
        }
    }
}

#[tokio::test]
async fn secret_in_the_place_of_another_value_is_not_shown() {
    let introspect = ["--introspect", "all", "--client-id", "a"];
    let nonce = ["--nonce", "required"];
    let none: [&str; 0] = [];
    for (others, option) in [
        (&nonce[..], "--nonce-secret"),
        (&introspect, "--client-key"),
        (&introspect, "--client-tls"),
        (&none, "--deny"),
        (&none, "--exceptions"),
        (&none, "--ca"),
        (&none, "--jwks"),
        (&none, "--max-age"),
        (&none, "--token-algs"),
        (&none, "--dialect"),
        (&none, "--cors"),
        (&none, "--issuer"),
        (&none, "--path-prefix"),
        (&none, "--redis"),
        (&["--trusted-peer", "unix"], "--forwarded-cert"),
    ] {
        for secret in [NONCE_SECRET, PEM, JWK, TOKEN] {
            let joined = format!("{option}={secret}");
            for value in [&[option, secret][..], &[joined.as_str()]] {
                let error = error(&[others, value].concat());
                for part in ["kq8Yc", "MIGH", "eyJ"] {
                    assert!(!error.contains(part), "{option}: {error}");
                }
            }
        }
    }
    let listed = error(&["--token-algs", &format!("ES256,{NONCE_SECRET}")]);
    assert_eq!(listed.matches("kq8Yc").count(), 0, "{listed}");
}

#[tokio::test]
async fn other_values_and_names_are_shown() {
    for (arguments, expected) in [
        (
            &["--deny", "/etc/sender-constraint/denied-clients.toml"][..],
            "\"/etc/sender-constraint/denied-clients.toml\"",
        ),
        (&["--ca", "/no/file"], "--ca /no/file: "),
        (
            &["--require-signed-responsez"],
            "'--require-signed-responsez'",
        ),
        (&["--nonce", "sometimes"], "'sometimes'"),
        (&["--grace", "5 minutes"], "'5 minutes'"),
    ] {
        let error = error(arguments);
        assert!(error.contains(expected), "{error}");
    }
}
