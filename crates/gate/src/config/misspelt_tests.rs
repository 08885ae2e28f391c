//! A misspelt name is reported at its own line, with the name that was meant.

use super::configuration::Config;
use super::tests::MINIMAL;

fn error(from: &str, to: &str) -> String {
    assert!(MINIMAL.contains(from), "{from}");
    let text = MINIMAL.replacen(from, to, 1);
    let config = Config::parse("gate.toml", &text, []);
    config.unwrap_err().to_string()
}

#[test]
fn a_misspelt_required_name_has_a_line() {
    for (from, to, expected) in [
        (
            "listen",
            "lisen",
            "line 1: `lisen`: unknown setting; did you mean `listen`, which is missing?",
        ),
        (
            "mode",
            "mod",
            "line 2: `mod`: unknown setting; did you mean `mode`, which is missing?",
        ),
        (
            "origin",
            "orgin",
            "line 3: `orgin`: unknown setting; did you mean `origin`, which is missing?",
        ),
        (
            "[upstream]",
            "[upstrem]",
            "line 4: `upstrem`: unknown setting; did you mean `upstream`, which is missing?",
        ),
        (
            "url",
            "ur",
            "line 5: `upstream.ur`: unknown setting; did you mean `url`, which is missing?",
        ),
        (
            "[[issuer]]",
            "[[isuer]]",
            "line 6: `isuer`: unknown setting; did you mean `issuer`, which is missing?",
        ),
        (
            "name",
            "nme",
            "line 7: `issuer.nme`: unknown setting; did you mean `name`, which is missing?",
        ),
        (
            "[tokens]",
            "[token]",
            "line 8: `token`: unknown setting; did you mean `tokens`, which is missing?",
        ),
        (
            "audiences",
            "audience",
            "line 9: `tokens.audience`: unknown setting; did you mean `audiences`, which is missing?",
        ),
    ] {
        let text = error(from, to);
        assert_eq!(text, format!("gate.toml, {expected}"));
    }
}

#[test]
fn a_name_that_is_not_near_is_reported_as_missing() {
    let text = error("audiences", "names");
    assert!(
        text.starts_with("gate.toml, line 8: `tokens.audiences`: it is missing; "),
        "{text}"
    );
}

#[test]
fn a_misspelt_optional_name_has_a_hint() {
    for (more, expected) in [
        (
            "leeway = 1",
            "line 10: `tokens.leeway`: unknown setting; known here: audiences, ca, leeway_seconds, start_without_keys; did you mean `leeway_seconds`?",
        ),
        ("[polcy]", "line 10: `polcy`: unknown setting; known here: "),
        (
            "[dpop]\nof = true",
            "line 11: `dpop.of`: unknown setting; known here: algorithms, clock_skew_seconds, max_age_seconds, off; did you mean `off`?",
        ),
    ] {
        let config = Config::parse("gate.toml", &format!("{MINIMAL}{more}"), []);
        let text = config.unwrap_err().to_string();
        assert!(
            text.starts_with(&format!("gate.toml, {expected}")),
            "{text}"
        );
    }
}

#[test]
fn text_that_is_not_toml_is_reported_with_its_setting() {
    for (more, expected) in [
        ("leeway_seconds = abc", "line 10: `tokens.leeway_seconds`: "),
        ("leeway_seconds = ", "line 10: `tokens.leeway_seconds`: "),
        ("ca = \"/etc", "line 10: `tokens.ca`: "),
        (
            "[dpop]\nmax_age_seconds = 1 2",
            "line 11: `dpop.max_age_seconds`: ",
        ),
        ("[dpop\nmax_age_seconds = 1", "line 10: unclosed table"),
        ("[tokens]", "line 10: `tokens`: duplicate key"),
        ("[upstream] # again\n", "line 10: `upstream`: duplicate key"),
        (
            "[dpop]\noff = true\noff = true",
            "line 12: `dpop.off`: duplicate key",
        ),
    ] {
        let config = Config::parse("gate.toml", &format!("{MINIMAL}{more}"), []);
        let text = config.unwrap_err().to_string();
        assert!(
            text.starts_with(&format!("gate.toml, {expected}")),
            "{text}"
        );
    }
    let text = error("listen = \"127.0.0.1:0\"", "listen = 127.0.0.1:0");
    assert!(text.starts_with("gate.toml, line 1: `listen`: "), "{text}");
}

#[test]
fn an_address_has_a_port_or_is_a_socket() {
    for listen in [
        "",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        ":80",
        "unix:",
        "/run/gate.sock",
    ] {
        let text = error("127.0.0.1:0", listen);
        let expected = format!(
            "gate.toml, line 1: `listen`: came {listen:?}, expected address:port, or unix:PATH"
        );
        assert_eq!(text, expected);
    }
    for listen in ["[::1]:65535", "localhost:0", "unix:/run/gate.sock"] {
        let text = MINIMAL.replacen("127.0.0.1:0", listen, 1);
        assert!(Config::parse("gate.toml", &text, []).is_ok(), "{listen}");
    }
    let admin = format!("{MINIMAL}[admin]\nlisten = \"a\"\n");
    let text = Config::parse("gate.toml", &admin, [])
        .unwrap_err()
        .to_string();
    assert!(
        text.starts_with("gate.toml, line 11: `admin.listen`: came \"a\", expected "),
        "{text}"
    );
}
