//! Environment variables that look like settings of the gate, and are none.

use super::configuration::Config;
use super::tests::MINIMAL;

fn with(name: &str) -> Result<Config, String> {
    let variable = (format!("SENDER_CONSTRAINT_GATE{name}"), "30".to_owned());
    let config = Config::parse("gate.toml", MINIMAL, [variable]);
    config.map_err(|error| error.to_string())
}

#[test]
fn a_name_that_is_none_of_a_setting_is_refused() {
    for (name, meant) in [
        ("_DPOP_MAX_AGE_SECONDS", "DPOP__MAX_AGE_SECONDS"),
        ("__DPOP_MAX_AGE_SECONDS", "DPOP__MAX_AGE_SECONDS"),
        ("_DPOP__MAX_AGE_SECONDS", "DPOP__MAX_AGE_SECONDS"),
        ("_DPOP_MAX_AGE_SECOND", "DPOP__MAX_AGE_SECONDS"),
        ("_DPOP_MAX_AGE", "DPOP__MAX_AGE_SECONDS"),
        ("_LISTEN", "LISTEN"),
        ("_issuer_0_name", "ISSUER__0__NAME"),
        ("_ISSUER_12_NAME", "ISSUER__12__NAME"),
        ("__ISSUER_1__NAME", "ISSUER__1__NAME"),
        ("_IDENTITY_TOKEN__KEY", "IDENTITY__TOKEN__KEY"),
    ] {
        let expected = format!(
            "environment variable SENDER_CONSTRAINT_GATE{name}: there is no such setting; did you mean \
             SENDER_CONSTRAINT_GATE__{meant}?"
        );
        assert_eq!(with(name).unwrap_err(), expected);
    }
    let expected = "environment variable SENDER_CONSTRAINT_GATE_COLOUR: there is no such setting; the names of settings begin \
                    with SENDER_CONSTRAINT_GATE__";
    assert_eq!(with("_COLOUR").unwrap_err(), expected);
    assert!(with("__DPOP__MAX_AGE_SECONDS").is_ok());
}

#[test]
fn an_empty_value_and_other_prefixes_are_none() {
    for (name, value) in [
        ("SENDER_CONSTRAINT_GATE_COLOUR", ""),
        ("SENDER_CONSTRAINT_GATEWAY", "a"),
        ("SENDER_CONSTRAINT_ORIGIN", "a"),
    ] {
        let variable = (name.to_owned(), value.to_owned());
        assert!(
            Config::parse("gate.toml", MINIMAL, [variable]).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn variables_of_kubernetes_for_a_service_are_ignored() {
    for name in [
        "SERVICE_HOST",
        "SERVICE_PORT",
        "SERVICE_PORT_HTTPS",
        "PORT",
        "PORT_8443_TCP",
        "PORT_8443_TCP_PROTO",
        "PORT_8443_TCP_PORT",
        "PORT_8443_TCP_ADDR",
        "PORT_53_UDP",
        "PORT_53_SCTP_ADDR",
        "CANARY_SERVICE_HOST",
        "CANARY_SERVICE_PORT_ADMIN",
        "CANARY_PORT_8443_TCP",
    ] {
        assert!(with(&format!("_{name}")).is_ok(), "{name}");
    }
    for name in [
        "SERVICE_HOSTS",
        "MYSERVICE_HOST",
        "PORTS",
        "SUPPORT",
        "PORT_8443",
        "PORT_A_TCP",
        "PORT__TCP",
        "PORT_8443_TCP_NAME",
        "PORT_8443_QUIC",
    ] {
        assert!(with(&format!("_{name}")).is_err(), "{name}");
    }
}

#[test]
fn the_name_in_an_error_has_a_largest_size() {
    let of = |length: usize| with(&format!("_{}", "A".repeat(length))).unwrap_err();
    let prefix = "SENDER_CONSTRAINT_GATE_".len();
    let longest = 200 - prefix;
    assert!(of(longest).contains(&format!("_{}: ", "A".repeat(longest))));
    assert!(of(longest + 1).contains(&format!("_{}...: ", "A".repeat(longest))));
    assert!(with("_\u{1b}[2J").unwrap_err().contains("_\\u{1b}[2J: "));
}
