//! The example configurations, and the program's own check of a file.

use std::path::PathBuf;
use std::process::Command;

use super::world::folder;

pub(crate) fn program() -> Command {
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
        let is_built = cfg!(feature = "ext-authz-grpc") || !path.ends_with("ext_authz_envoy.toml");
        if is_built && path.extension().is_some_and(|it| it == "toml") {
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

#[test]
fn signals_reload_and_stop() {
    use std::io::{BufRead as _, BufReader, Read as _};
    let folder = folder();
    let (path, jwks) = (folder.join("gate.toml"), folder.join("jwks.json"));
    let issuer = sender_constraint_testing::Issuer::new("https://as.example.com");
    std::fs::write(&jwks, issuer.jwks().to_string()).unwrap();
    let text = format!(
        "listen = \"127.0.0.1:0\"\nmode = \"proxy\"\norigin = \"https://api.example.com\"\n[upstream]\n\
         url = \"http://127.0.0.1:1\"\n[[issuer]]\nname = \"https://as.example.com\"\njwks = \"{}\"\n\
         [tokens]\naudiences = [\"a\"]\n",
        jwks.display()
    );
    std::fs::write(&path, &text).unwrap();
    let mut gate = program();
    gate.arg("--config").arg(&path);
    let pipe = std::process::Stdio::piped;
    let mut gate = gate.stdout(pipe()).stderr(pipe()).spawn().unwrap();
    let mut output = BufReader::new(gate.stdout.take().unwrap()).lines();
    let mut log = BufReader::new(gate.stderr.take().unwrap());
    let mut wait_for = |expected: &str| {
        let mut line = String::new();
        while !line.contains(expected) {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "{expected}");
        }
        line
    };
    let kill = |signal: &str| {
        let id = gate.id().to_string();
        let killed = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(killed.success());
    };
    assert!(
        output
            .next()
            .unwrap()
            .unwrap()
            .starts_with("listening on 127.0.0.1:")
    );
    kill("-HUP");
    wait_for("the configuration was read again");
    std::fs::write(&path, text.replace("proxy", "poxy")).unwrap();
    kill("-HUP");
    let line = wait_for("the previous configuration stays in effect");
    assert!(line.contains("gate.toml, line 2: `mode`"), "{line}");
    kill("-TERM");
    assert!(gate.wait().unwrap().success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("stopping"), "{rest}");
    drop(std::fs::remove_dir_all(folder));
}

#[cfg(not(feature = "ext-authz-grpc"))]
#[test]
fn a_build_without_grpc_says_so() {
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples/ext_authz_envoy.toml");
    let output = program()
        .args(["--check", "--config"])
        .arg(example)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    let expected =
        "line 7: `forward_auth.proxy`: this program was built without the feature `ext-authz-grpc`";
    assert!(error.contains(expected), "{error}");
}
