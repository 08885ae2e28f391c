//! Files of denied tokens and of exceptions, with any content: read whole or refused, with the line in the error.

use std::fs;
use std::sync::LazyLock;

use arbitrary::Arbitrary;
use sender_constraint::exceptions::ExceptionFile;
use sender_constraint::revocation::DenyFile;
use tempfile::TempDir;

use crate::input;
use crate::mutation::{Mutation, mutate};

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Bytes(&'a [u8]),
    Lines(Vec<u8>),
    Changed(Vec<u8>, Vec<Mutation>),
}

/// Checks both readers on one text.
pub fn check(bytes: &[u8]) {
    let lines = |lines: &[u8]| {
        let lines: Vec<_> = lines
            .iter()
            .take(40)
            .map(|at| LINES[usize::from(*at) % LINES.len()])
            .collect();
        lines.join("\n").into_bytes()
    };
    let text = match input::<Input<'_>>(bytes) {
        Some(Input::Bytes(bytes)) => bytes.to_vec(),
        Some(Input::Lines(known)) => lines(&known),
        Some(Input::Changed(known, mutations)) => mutate(&lines(&known), &mutations),
        None => return,
    };
    let path = DIRECTORY
        .path()
        .join(format!("{:?}.toml", std::thread::current().id()));
    fs::write(&path, &text).expect("a file");
    match DenyFile::open(&path) {
        Ok(file) => {
            let tables = String::from_utf8(text.clone()).expect("TOML is UTF-8");
            assert!(file.len() <= tables.matches('[').count(), "{tables}");
        }
        Err(error) => assert!(error.to_string().contains(".toml"), "{error}"),
    }
    if let Err(error) = ExceptionFile::open(&path) {
        assert!(error.to_string().contains(".toml"), "{error}");
    }
}

static DIRECTORY: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().expect("a directory"));
const LINES: [&str; 32] = [
    "[[token]]",
    "[[client]]",
    "[[subject]]",
    "[[key]]",
    "[[certificate]]",
    "[[signing_key]]",
    "[[issuer]]",
    "[[exception]]",
    "[token]",
    "issuer = \"https://as.example.com\"",
    "issuer = \"https://partner.example.com\"",
    "jti = \"t1\"",
    "client_id = \"app\"",
    "subject = \"alice\"",
    "kid = \"k1\"",
    "jkt = \"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"",
    "x5t_s256 = \"A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0\"",
    "until = 2026-12-01T12:00:00Z",
    "until = 2026-12-01",
    "issued_before = 2026-11-21T09:30:00+01:00",
    "issued_before = 1",
    "reason = \"no DPoP yet\"",
    "owner = \"team\"",
    "jti = \"\"",
    "jti = \"a\\u0000b\"",
    "jkt = \"short\"",
    "sub = \"alice\"",
    "# comment",
    "",
    "token = [{ jti = \"t2\" }]",
    "until = 9999-12-31T23:59:60Z",
    "= 1",
];
