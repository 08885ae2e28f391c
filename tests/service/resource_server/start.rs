//! What the example `resource_server` writes at its start.

use super::options::Options;
use super::summary::Summary;

#[test]
fn summary_says_what_is_accepted() {
    let summary = summary(&[], "http://127.0.0.1:9300");
    let expected = format!(
        "\
resource_server {}
  listen      http://127.0.0.1:9300
  origin      http://127.0.0.1:9300
  audience    https://api.example.com
  issuer      https://as.example.com; by its metadata 1 key (ES256: k1)
  DPoP        yes: ES256 ES384 EdDSA Ed25519 PS256; proofs up to 60 s old
  nonces      no (--nonce)
  replay      used proofs are known to this process only (--redis)
  mutual TLS  no (--tls-cert, --forwarded-cert)
  unbound     no (--allow-unbound)
  requires    any token (--require-scope, --require-acr, --max-age)
  try         curl -i http://127.0.0.1:9300/
",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(summary.text(), expected);
    assert!(summary.warnings.is_empty(), "{:?}", summary.warnings);
}

#[test]
fn summary_follows_the_options() {
    for (options, line) in [
        (
            &["--allow-unbound"][..],
            "unbound     YES: anyone who copies such a token can use it",
        ),
        (
            &["--tls-cert", "c.pem", "--tls-key", "k.pem"],
            "mutual TLS  yes: certificates from the connection",
        ),
        (
            &[
                "--tls-cert",
                "c.pem",
                "--tls-key",
                "k.pem",
                "--require-client-cert",
            ],
            "mutual TLS  yes: certificates from the connection, which must have one",
        ),
        (
            &[
                "--forwarded-cert",
                "rfc9440",
                "--trusted-peer",
                "10.0.0.1 unix",
            ],
            "mutual TLS  yes: certificates in the header rfc9440 from 10.0.0.1 unix",
        ),
        (
            &["--proof-algs", "ES256,EdDSA", "--proof-max-age", "5"],
            "DPoP        yes: ES256 EdDSA; proofs up to 5 s old",
        ),
        (
            &["--nonce", "required"],
            "nonces      required, a new one every 60 s, by a random secret: other instances refuse them \
             (--nonce-secret)",
        ),
        (
            &[
                "--nonce",
                "skew",
                "--nonce-secret",
                "secrets",
                "--nonce-rotation",
                "30",
            ],
            "nonces      of clients with a wrong clock, a new one every 30 s, by the secrets in secrets",
        ),
        (
            &["--redis", "redis://:secret@10.0.0.1"],
            "replay      used proofs and a deny-list in Redis",
        ),
        (
            &["--redis", "redis://10.0.0.1 redis://10.0.0.2"],
            "replay      used proofs and a deny-list in a Redis Cluster",
        ),
        (
            &[
                "--redis",
                "redis://10.0.0.1",
                "--redis-sentinel",
                "mymaster",
            ],
            "replay      used proofs and a deny-list in Redis, at the primary \"mymaster\" of Sentinels",
        ),
        (
            &[
                "--require-scope",
                "read write",
                "--require-acr",
                "mfa",
                "--max-age",
                "300",
            ],
            "requires    scope read; scope write; acr mfa; max_age 300",
        ),
        (
            &["--path-prefix", "/svc1"],
            "origin      http://127.0.0.1:9300/svc1",
        ),
        (
            &["--origin", "https://a.example.com https://b.example.com"],
            "origin      https://a.example.com\n  origin      https://b.example.com",
        ),
        (
            &["--forwarded", "x-forwarded", "--trusted-peer", "10.0.0.1"],
            "forwarded   the host in X-Forwarded-Host and X-Forwarded-Proto from 10.0.0.1 selects the origin",
        ),
        (
            &["--tls-cert", "c.pem", "--tls-key", "k.pem"],
            "try         curl -i --cacert c.pem http://127.0.0.1:9300/",
        ),
    ] {
        let text = summary(options, "http://127.0.0.1:9300").text();
        assert!(text.contains(&format!("  {line}\n")), "{text}");
    }
    let unix = summary(&[], "unix:/run/rs").text();
    assert!(
        unix.contains("curl -i --unix-socket /run/rs http://localhost/\n"),
        "{unix}"
    );
    let all = summary(&[], "http://0.0.0.0:9300").text();
    assert!(all.contains("curl -i http://127.0.0.1:9300/\n"), "{all}");
}

#[test]
fn origin_that_does_not_fit_the_listener_is_a_warning() {
    for (origin, listener, fits) in [
        ("http://127.0.0.1:9300", "http://127.0.0.1:9300", true),
        ("http://localhost:9300", "http://[::]:9300", true),
        ("http://[::1]", "http://0.0.0.0:80", true),
        ("http://127.0.0.1:9300", "http://127.0.0.1:9301", false),
        ("https://localhost:9300", "http://127.0.0.1:9300", false),
        ("http://api.localhost", "http://127.0.0.1:9300", false),
        // Something in between forwards.
        ("https://api.example.com", "http://127.0.0.1:9300", true),
        ("https://localhost", "unix:/run/rs", true),
    ] {
        let warnings = summary(&["--origin", origin], listener).warnings;
        assert_eq!(
            warnings.is_empty(),
            fits,
            "{origin} {listener}: {warnings:?}"
        );
    }
    let warnings = summary(
        &["--origin", "http://localhost:9301"],
        "http://127.0.0.1:9300",
    )
    .warnings;
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}");
    };
    assert!(
        warning.contains("--origin http://localhost:9301"),
        "{warning}"
    );
    assert!(
        warning.contains("--listen, which is http://127.0.0.1:9300"),
        "{warning}"
    );
    let proxy = [
        "--origin",
        "https://localhost",
        "--forwarded-cert",
        "rfc9440",
        "--trusted-peer",
        "unix",
    ];
    assert!(summary(&proxy, "http://127.0.0.1:9300").warnings.is_empty());
}

#[test]
fn telling_reasons_to_clients_is_a_warning() {
    let warnings = summary(&["--explain", "--name-refusals"], "http://127.0.0.1:9300").warnings;
    assert_eq!(
        warnings,
        ["--explain, --name-refusals: clients learn why they are refused; for development only"]
    );
}

fn summary(arguments: &[&str], address: &str) -> Summary {
    let mut all = vec![
        "resource_server",
        "--issuer",
        "i",
        "--audience",
        "https://api.example.com",
    ];
    if !arguments.contains(&"--origin") {
        all.extend(["--origin", "http://127.0.0.1:9300"]);
    }
    let options = Options::read(all.iter().chain(arguments)).unwrap();
    let issuer = "https://as.example.com; by its metadata 1 key (ES256: k1)";
    Summary::new(&options, address, vec![issuer.to_owned()])
}
