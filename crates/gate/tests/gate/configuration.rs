//! The example configurations, and the program's own check of a file.

use std::path::PathBuf;
use std::process::Command;

use super::world::folder;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sender-constraint-gate"));
    command.env_clear();
    command
}

#[test]
fn example_configurations_are_valid() {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut checked = 0;
    for entry in std::fs::read_dir(&examples).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|it| it == "toml") {
            let output = program()
                .arg("--check")
                .arg("--config")
                .arg(&path)
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {error}", path.display());
            checked += 1;
        }
    }
    assert!(checked >= 5, "{checked}");
}

#[test]
fn a_wrong_file_is_told_with_line_and_setting() {
    let folder = folder();
    let path = folder.join("gate.toml");
    std::fs::write(&path, "listen = \"127.0.0.1:0\"\nmode = 1\n").unwrap();
    let output = program()
        .args(["--check", "--config"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("gate.toml, line 2: `mode`: came an integer, expected a text"),
        "{error}"
    );
    let variable = "SENDER_CONSTRAINT_GATE__MODE";
    let output = program()
        .args(["--check", "--config"])
        .arg(&path)
        .env(variable, "poxy")
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains(&format!(
            "environment variable {variable}: `mode`: came \"poxy\""
        )),
        "{error}"
    );
    drop(std::fs::remove_dir_all(folder));
}
