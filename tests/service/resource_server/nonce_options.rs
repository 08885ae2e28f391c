//! Nonces of the example `resource_server`: `--nonce`, `--nonce-secret`, `--nonce-rotation`.

use super::nonces::nonces;
use super::options::Options;
use crate::common::TempFile;

const ONE: &str = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
const OTHER: &str = "EhXu8m2IqTx9Cr0o3gSv6n3h0v0NqGcZc1vJl0cY8qk";

#[tokio::test]
async fn secrets_are_lines_of_a_file() {
    assert!(nonces(&options(&[])).unwrap().is_none());
    assert!(
        nonces(&options(&["--nonce", "required"]))
            .unwrap()
            .is_some()
    );
    for text in [
        ONE.to_owned(),
        format!("{ONE}\n"),
        format!("\n {ONE} \r\n\n{OTHER}\n"),
    ] {
        let file = TempFile::new(&text);
        for mode in ["required", "skew"] {
            let options = options(&["--nonce", mode, "--nonce-secret", &path(&file)]);
            assert!(nonces(&options).unwrap().is_some());
        }
    }
}

#[tokio::test]
async fn an_error_names_option_and_line_but_no_secret() {
    for (text, expected) in [
        (
            "\n".to_owned(),
            ": it has no secret; expected one on each line",
        ),
        (
            format!("{ONE}\n{}\n", &OTHER[..40]),
            ", line 2, cannot be used: the nonce secret is not usable: it has 30 bytes, but must have 32",
        ),
        (
            format!("{}=", &ONE[..42]),
            ", line 1, cannot be used: the nonce secret is not usable: it is not base64url without padding; generate 32 random bytes",
        ),
        (format!("{ONE}\n").repeat(10), "must be from 0 to 8"),
    ] {
        let file = TempFile::new(&text);
        let options = options(&["--nonce", "required", "--nonce-secret", &path(&file)]);
        let error = nonces(&options).unwrap_err();
        assert!(error.starts_with("--nonce-secret"), "{error}");
        assert!(error.ends_with(expected), "{error}");
        assert!(!error.contains(&ONE[..10]), "{error}");
        assert!(!error.contains(&OTHER[..10]), "{error}");
    }
    let options = options(&["--nonce", "skew", "--nonce-rotation", "9"]);
    let error = nonces(&options).unwrap_err();
    assert!(error.starts_with("--nonce-rotation: "), "{error}");
}

#[test]
fn a_setting_of_nonces_without_nonces_is_an_error() {
    for unused in [["--nonce-secret", "/no/file"], ["--nonce-rotation", "60"]] {
        for mode in [&[][..], &["--nonce", "off"]] {
            let arguments = [&unused[..], mode].concat();
            let error = nonces(&options(&arguments)).unwrap_err();
            assert!(error.starts_with(&format!("{}: ", unused[0])), "{error}");
            assert!(error.contains("--nonce required"), "{error}");
        }
    }
}

fn path(file: &TempFile) -> String {
    file.path().to_str().unwrap().to_owned()
}

fn options(arguments: &[&str]) -> Options {
    let required = [
        "resource_server",
        "--origin",
        "http://127.0.0.1:9300",
        "--issuer",
        "i",
        "--audience",
        "a",
    ];
    Options::read(required.iter().chain(arguments)).unwrap()
}
