//! Secrets come from files, and no error shows one.

use sender_constraint::proof::NonceSecretFile;

use super::{from_variables, jwks, with_variables};
use crate::common::*;

const SECRET: &str = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";

#[tokio::test]
async fn cfg_07_a_secret_is_read_from_a_file_and_never_shown() {
    let jwks = jwks();
    let file = TempFile::new(&format!("\n{SECRET}\n"));
    let path = file.path().display().to_string();
    let named = [
        ("NONCE_MODE", "required"),
        ("NONCE_SECRET_FILE", path.as_str()),
    ];
    let config = with_variables(&jwks, &named).unwrap();
    assert!(config.build().await.is_ok());
    assert!(!format!("{:?}", NonceSecretFile::read(&path)).contains("kq8"));
    // In place of the path.
    let config = with_variables(&jwks, &[named[0], ("NONCE_SECRET_FILE", SECRET)]).unwrap();
    let error = config.build().await.unwrap_err().to_string();
    assert!(
        error.contains("it is a secret, and not the path of a file"),
        "{error}"
    );
    assert!(!error.contains("kq8"), "{error}");
    // In place of another value.
    for name in [
        "NONCE_SECRET",
        "NONCE_MODE",
        "DPOP_OFF",
        "DPOP_MAX_AGE_SECONDS",
    ] {
        let error = from_variables(&[(name, SECRET)]).unwrap_err().to_string();
        assert!(!error.contains("kq8"), "{error}");
    }
    let error = from_variables(&[("NONCE_MODE", SECRET)]).unwrap_err();
    assert!(
        error.to_string().contains("came a text of 43 characters"),
        "{error}"
    );
}

#[test]
fn cfg_07_a_file_of_secrets_is_read_strictly() {
    let error = |text: &str| {
        let file = TempFile::new(text);
        let path = file.path().display().to_string();
        let error = NonceSecretFile::read(file.path()).unwrap_err().to_string();
        assert!(!error.contains("kq8"), "{error}");
        error.replace(&path, "F")
    };
    assert!(error("").contains("\"F\" cannot be used: it has no secret"));
    assert!(
        error(&format!("{SECRET}\nkq8\n"))
            .contains("\"F\", line 2, cannot be used: the nonce secret")
    );
    let nine = |count| format!("{SECRET}\n").repeat(count);
    assert!(NonceSecretFile::read(TempFile::new(&nine(9)).path()).is_ok());
    assert!(error(&nine(10)).contains("must be from 0 to 8"));
    let padded = |bytes: usize| format!("{SECRET}{}", "\n".repeat(bytes - SECRET.len()));
    assert!(NonceSecretFile::read(TempFile::new(&padded(4096)).path()).is_ok());
    assert!(error(&padded(4097)).contains("it has more than 4096 bytes"));
    let endless = NonceSecretFile::read("/dev/zero").unwrap_err();
    assert!(
        endless.to_string().contains("it has more than 4096 bytes"),
        "{endless}"
    );
}
