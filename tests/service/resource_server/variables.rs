//! The environment variables of the example `resource_server`: misspelt ones, and errors that name them.

use std::ffi::OsString;

use super::options::Options;
use super::options::variables::{Variables, misspelt, named};

fn misspelt_name(name: &str, value: &str) -> Option<String> {
    let variables = [(OsString::from(name), OsString::from(value))];
    misspelt(&Options::command_with_environment(), variables)
}

#[test]
fn misspelt_variable_is_refused_with_the_nearest_name() {
    for (name, advice) in [
        (
            "RESOURCE_SERVER_ORIGN",
            "did you mean RESOURCE_SERVER_ORIGIN?",
        ),
        (
            "RESOURCE_SERVER_CLOCKSKEW",
            "did you mean RESOURCE_SERVER_CLOCK_SKEW?",
        ),
        ("RESOURCE_SERVER_DPOP", "--help lists the options"),
    ] {
        let expected = format!("environment variable {name}: there is no such option; {advice}");
        assert_eq!(misspelt_name(name, "secret"), Some(expected));
    }
    let long = format!("RESOURCE_SERVER_\n{}", "A".repeat(1000));
    let error = misspelt_name(&long, "a").unwrap();
    assert!(
        error.contains("RESOURCE_SERVER_\\nAAA") && error.len() < 200,
        "{error}"
    );
}

#[test]
fn other_variables_are_left_alone() {
    for (name, value) in [
        ("RESOURCE_SERVER_ORIGIN", "a"),
        ("RESOURCE_SERVER_ORIGN", ""),
        ("RESOURCE_SERVER", "a"),
        ("HOME", "a"),
        // A Service of Kubernetes with the name `resource-server`.
        ("RESOURCE_SERVER_PORT", "tcp://10.0.0.1:80"),
        ("RESOURCE_SERVER_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("RESOURCE_SERVER_SERVICE_HOST", "10.0.0.1"),
        // One with the name `resource-server-canary`.
        ("RESOURCE_SERVER_CANARY_SERVICE_HOST", "10.0.0.2"),
        ("RESOURCE_SERVER_CANARY_PORT_80_TCP", "tcp://10.0.0.2:80"),
    ] {
        assert_eq!(misspelt_name(name, value), None, "{name}");
    }
}

#[test]
fn misspelt_variable_is_named_where_a_required_option_is_missing() {
    let error = |arguments: &[&str], name: &str| {
        let arguments = [&["resource_server"], arguments].concat();
        let variables = [(
            OsString::from(name),
            OsString::from("https://api.example.com"),
        )];
        let error = Options::read_with(arguments, variables).err().unwrap();
        error.to_string()
    };
    let required = ["--issuer", "https://as.example.com", "--audience", "a"];
    let hint =
        "RESOURCE_SERVER_ORIGN: there is no such option; did you mean RESOURCE_SERVER_ORIGIN?";
    for (arguments, name, expected) in [
        (&required[..], "RESOURCE_SERVER_ORIGN", hint),
        (&[], "RESOURCE_SERVER_ORIGN", hint),
        (&required, "HOME", "required arguments were not provided"),
        (
            &["--clock-skew", "1m"],
            "RESOURCE_SERVER_ORIGN",
            "invalid value '1m'",
        ),
        (&["--help"], "RESOURCE_SERVER_ORIGN", "Usage"),
    ] {
        let error = error(arguments, name);
        assert!(error.contains(expected), "{error}");
    }
    let all = [&required[..], &["--origin", "https://api.example.com"]].concat();
    assert!(error(&all, "RESOURCE_SERVER_ORIGN").contains(hint));
}

#[test]
fn errors_name_the_variable_that_was_used() {
    let variables = Variables::of(["origin", "clock-skew"]);
    assert_eq!(
        variables.name_in("--clock-skew: 61 s; --origin a, --origin-b, --issuer"),
        "RESOURCE_SERVER_CLOCK_SKEW: 61 s; RESOURCE_SERVER_ORIGIN a, --origin-b, --issuer"
    );
    assert_eq!(Variables::default().name_in("--origin: a"), "--origin: a");
    let read = |value: &str| {
        let arguments = ["resource_server", "--clock-skew", value];
        Options::read(arguments).err().unwrap()
    };
    let mut command = Options::command_with_environment();
    let of_variable = named(read("1m"), &[], &mut command).to_string();
    assert!(
        of_variable.starts_with(
            "error: invalid value '1m' for environment variable RESOURCE_SERVER_CLOCK_SKEW: "
        ),
        "{of_variable}"
    );
    let arguments = [OsString::from("--clock-skew=1m")];
    let of_argument = named(read("1m"), &arguments, &mut command).to_string();
    assert!(
        of_argument.contains("'--clock-skew <SECONDS>'"),
        "{of_argument}"
    );
}
