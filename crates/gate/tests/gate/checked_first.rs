//! A start and a reload check all settings and files before they use the network.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use sender_constraint_gate::Running;

use super::configuration::program;
use super::world::folder;

/// Nothing listens at these addresses.
const TEXT: &str = r#"listen = "127.0.0.1:0"
mode = "proxy"
origin = "https://api.example.com"
[upstream]
url = "http://127.0.0.1:1"
[[issuer]]
name = "https://as.example.com"
jwks = "http://127.0.0.1:1/jwks"
[tokens]
audiences = ["a"]
"#;

async fn error(text: &str) -> String {
    let folder = folder();
    let path = folder.join("gate.toml");
    std::fs::write(&path, text).unwrap();
    let error = Running::start(&path, []).await.err().unwrap();
    drop(std::fs::remove_dir_all(folder));
    format!("{}: {error}", error.setting())
}

#[tokio::test]
async fn a_wrong_setting_is_an_error_while_the_issuer_does_not_answer() {
    let unreachable = error(TEXT).await;
    assert!(unreachable.starts_with("issuer.jwks: "), "{unreachable}");
    let header = "\n[identity.headers]\nsubject = \"authorization\"\n";
    for (from, to, setting) in [
        (
            "audiences = [\"a\"]",
            "audiences = [\"\"]",
            "tokens.audiences",
        ),
        (
            "[tokens]",
            "[policy]\ndeny_file = \"/nowhere/a\"\n[tokens]",
            "policy.deny_file",
        ),
        (
            "[tokens]",
            "[policy]\nrealm = \"\\u0007\"\n[tokens]",
            "policy.realm",
        ),
        (
            "[tokens]",
            "[tls]\ncertificate = \"/nowhere/a\"\nkey = \"/nowhere/b\"\n[tokens]",
            "tls.certificate",
        ),
        (
            "[tokens]",
            "[nonce]\nmode = \"skew\"\nsecret_file = \"/nowhere/a\"\n[tokens]",
            "nonce.secret_file",
        ),
        (
            "[tokens]",
            &format!("{header}[tokens]"),
            "identity.headers.subject",
        ),
    ] {
        assert!(TEXT.contains(from), "{from}");
        let error = error(&TEXT.replacen(from, to, 1)).await;
        assert!(error.starts_with(&format!("{setting}: ")), "{error}");
    }
}

#[test]
fn a_start_warns_once() {
    let folder = folder();
    let path = folder.join("gate.toml");
    let text =
        format!("{TEXT}start_without_keys = true\n[replay]\nchecked_by_gateway_only = true\n");
    std::fs::write(&path, text).unwrap();
    let mut gate = program();
    let gate = gate.arg("--config").arg(&path);
    let gate = gate.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut gate = gate.spawn().unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(gate.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    gate.kill().unwrap();
    gate.wait().unwrap();
    let mut log = String::new();
    gate.stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    drop(std::fs::remove_dir_all(folder));
    assert_eq!(
        log.matches("this guard makes no replay check").count(),
        1,
        "{log}"
    );
}
