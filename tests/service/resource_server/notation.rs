//! How values of options of the example `resource_server` are written, which its errors say.

use super::checks::check;
use super::options::Options;

fn error(arguments: &[&str]) -> String {
    let mut all = vec!["resource_server", "--issuer", "https://as.example.com"];
    for (name, value) in [
        ("--audience", "https://api.example.com"),
        ("--origin", "https://api.example.com"),
    ] {
        if !arguments.contains(&name) {
            all.extend([name, value]);
        }
    }
    match Options::read(all.iter().chain(arguments)) {
        Err(error) => error.to_string(),
        Ok(options) => check(&options).map_or_else(|error| error, |_| String::new()),
    }
}

#[tokio::test]
async fn cors_is_an_origin_as_browsers_send_it() {
    for (value, expected) in [
        (
            "https://app.example.com/",
            "expected https://app.example.com",
        ),
        (
            "HTTPS://APP.example.com:443",
            "expected https://app.example.com",
        ),
        (
            "https://app.example.com/a",
            "expected https://app.example.com",
        ),
        ("app.example.com", "expected one such as https://"),
        ("localhost:3000", "expected one such as https://"),
        ("null", "expected one such as https://"),
        ("*", "expected one such as https://"),
    ] {
        let error = error(&["--cors", value]);
        let refused = format!("--cors: {value:?} is no origin as browsers send it; {expected}");
        assert!(error.starts_with(&refused), "{error}");
    }
    for accepted in ["https://app.example.com", "http://localhost:3000"] {
        assert_eq!(error(&["--cors", accepted]), "");
    }
}

#[tokio::test]
async fn error_of_a_number_has_its_unit_and_range() {
    for (arguments, expected) in [
        (&["--max-age", "5m"][..], "seconds from 0 to 316224000"),
        (&["--token-leeway", "30s"], "seconds from 0 to 300"),
        (&["--proof-max-age", "1m"], "seconds from 1 to 300"),
        (&["--clock-skew", "5s"], "seconds from 0 to 60"),
        (&["--nonce-rotation", "1m"], "seconds from 10 to 300"),
        (&["--grace", "5s"], "seconds from 0 to 3600"),
        (&["--grace", "3601"], "seconds from 0 to 3600"),
        (&["--trusted-hops", "one"], "proxies from 1 to 10"),
    ] {
        let error = error(arguments);
        assert!(
            error.contains(&format!("expected a number of {expected}")),
            "{error}"
        );
        assert!(error.contains(arguments[0]), "{error}");
    }
}

#[tokio::test]
async fn elements_of_lists_are_separated_by_spaces() {
    for (name, value) in [
        ("--require-scope", "read,write"),
        ("--require-acr", "gold,silver"),
        ("--audience", "https://a.example.com,https://b.example.com"),
        ("--audience", "[\"https://a.example.com\"]"),
    ] {
        let error = error(&[name, value]);
        assert!(error.starts_with(&format!("{name}: ")), "{error}");
        assert!(
            error.ends_with("; elements of the list are separated by spaces"),
            "{error}"
        );
    }
    assert_eq!(error(&["--require-scope", "read write"]), "");
}

#[tokio::test]
async fn scope_of_no_resource_names_the_option() {
    let audience = "https://api.example.com/mcp";
    let error = error(&[
        "--mcp",
        "--require-scope",
        "offline_access",
        "--audience",
        audience,
    ]);
    assert!(
        error.contains("remove it from the scopes of --require-scope"),
        "{error}"
    );
}
