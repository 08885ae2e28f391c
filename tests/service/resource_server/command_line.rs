//! The command line of the example `resource_server`.

use super::options::{LogFormat, Options};

#[test]
fn every_option_has_an_environment_variable() {
    let command = Options::command_with_environment();
    let mut number = 0;
    for option in command.get_arguments() {
        let name = option.get_long().unwrap();
        let expected = format!("RESOURCE_SERVER_{}", name.to_uppercase().replace('-', "_"));
        let variable = option
            .get_env()
            .unwrap_or_else(|| panic!("--{name} has none"));
        assert_eq!(variable.to_str().unwrap(), expected);
        number += 1;
    }
    assert!(number > 25, "{number}");
}

#[test]
fn empty_or_false_in_the_environment_is_an_absent_option() {
    let command = Options::command_with_environment();
    let option = |name: &str| {
        let mut options = command.get_arguments();
        options
            .find(|option| option.get_long() == Some(name))
            .unwrap()
    };
    for (name, value, expected) in [
        ("explain", "", true),
        ("explain", "false", true),
        ("explain", "0", true),
        ("explain", "true", false),
        ("explain", "1", false),
        ("jwks", "", true),
        ("jwks", "false", false),
        ("grace", "0", false),
    ] {
        assert_eq!(
            Options::is_off(option(name), value.as_ref()),
            expected,
            "{name}={value}"
        );
    }
}

#[test]
fn short_and_long_help_are_the_same() {
    let command = Options::command_with_environment();
    assert_eq!(command.get_long_about(), None);
    for option in command.get_arguments() {
        assert_eq!(option.get_long_help(), None, "{option}");
    }
}

#[test]
fn help_is_grouped_and_fits_into_100_columns() {
    let help = Options::command_with_environment()
        .render_help()
        .to_string();
    for line in help.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let headings = [
        "Server:",
        "Authorization server:",
        "Proofs:",
        "Nonces:",
        "Shared state:",
        "Client certificates:",
        "Log:",
        "Development:",
        "Environment:",
    ];
    let at = headings.map(|heading| help.find(&format!("\n{heading}\n")).unwrap());
    assert!(at.is_sorted(), "{help}");
    // One line in the end for all variables, and none for each.
    assert_eq!(help.matches("RESOURCE_SERVER_").count(), 2, "{help}");
}

#[test]
fn options_are_read() {
    let options = read(&["--log", "json", "-vv", "--audience", "b c"]).unwrap();
    assert_eq!(options.log.format, LogFormat::Json);
    assert_eq!(options.log.verbose, 2);
    assert_eq!(options.issuers.audience, ["a", "b", "c"]);
    assert_eq!(options.server.listen, "127.0.0.1:9300");
}

#[test]
fn options_that_need_or_exclude_others_are_refused() {
    for arguments in [
        &["--forwarded-cert", "rfc9440"][..],
        &["--forwarded", "rfc7239"],
        &["--forwarded-hops", "2"],
        &["--trusted-peer", "10.0.0.1"],
        &["--trusted-hops", "2"],
        &["--redis-sentinel", "mymaster"],
        &["--require-client-cert"],
        &["--tls-cert", "cert.pem"],
        &["--require-signed-responses"],
        &["--introspection-cache", "1"],
        &["--quiet", "--verbose"],
        &["--grace", "3601"],
        &["--log", "xml"],
        &["--nonce", "sometimes"],
    ] {
        assert!(read(arguments).is_err(), "{arguments:?}");
    }
    assert!(read(&["--grace", "3600"]).is_ok());
}

#[test]
fn version_is_that_of_the_crate() {
    let version = Options::command_with_environment().render_version();
    let expected = format!("resource_server {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(version, expected);
}

/// With what is required, and with these.
fn read(arguments: &[&str]) -> Result<Options, clap::Error> {
    let required = [
        "resource_server",
        "--origin",
        "http://127.0.0.1:9300",
        "--issuer",
        "i",
        "--audience",
        "a",
    ];
    Options::read(required.iter().chain(arguments))
}
