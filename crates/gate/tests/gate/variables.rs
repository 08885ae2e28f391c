//! Environment variables of the process that are no settings.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use super::configuration::program;

#[test]
fn a_variable_that_would_be_passed_over_is_refused() {
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/reverse_proxy.toml");
    for (variable, value, expected) in [
        (
            "SENDER_CONSTRAINT_GATE_DPOP_MAX_AGE_SECONDS",
            "30",
            Some(
                "there is no such setting; did you mean SENDER_CONSTRAINT_GATE__DPOP__MAX_AGE_SECONDS?",
            ),
        ),
        ("SENDER_CONSTRAINT_GATE_SERVICE_HOST", "10.0.0.7", None),
        ("SENDER_CONSTRAINT_GATE__DPOP__MAX_AGE_SECONDS", "30", None),
    ] {
        let mut program = program();
        let program = program.env(variable, value).arg("--check");
        let output = program.arg("--config").arg(&example).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            output.status.code(),
            Some(expected.map_or(0, |_| 2)),
            "{error}"
        );
        let expected = expected.map(|text| format!("environment variable {variable}: {text}"));
        assert!(error.contains(&expected.unwrap_or_default()), "{error}");
    }
}

#[test]
fn a_value_that_is_not_unicode_is_refused() {
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/reverse_proxy.toml");
    let variable = "SENDER_CONSTRAINT_GATE__DPOP__MAX_AGE_SECONDS";
    let mut program = program();
    let program = program.env(variable, OsStr::from_bytes(b"30\xff"));
    let output = program
        .arg("--check")
        .arg("--config")
        .arg(example)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let expected = format!(
        "sender-constraint-gate: environment variable {variable}: its value is not valid Unicode\n"
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
}
