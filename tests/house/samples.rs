//! That each rule is seen to be broken: samples of a few lines, and beside them what is allowed.

use super::file::File;
use super::rules::findings;

#[test]
fn sees_imports_from_a_room_above_or_beside() {
    let token = ("token/mod.rs", "//! T.\npub mod jwt;\n");
    let jwt = ("token/jwt.rs", "//! T.\n");
    let up = "//! J.\n\nuse crate::token::jwt::Jwt;\n";
    assert_findings(
        &[token, jwt, ("future.rs", up)],
        &["future.rs:3: imports token, which is not below it"],
    );
    assert_findings(
        &[token, jwt, ("access.rs", up)], // below it: fine
        &[],
    );
    let inline = "//! R.\nfn f() {\n    crate::access::g();\n}\n";
    assert_findings(
        &[("rejection.rs", inline), ("access.rs", "//! A.\n")],
        &["rejection.rs:3: imports access, which is not below it"],
    );
    let group = "//! R.\nuse std::{fmt, mem};\nuse crate::{\n    time::T,\n    guard::{Guard, Other},\n};\n";
    assert_findings(
        &[
            ("rejection.rs", group),
            ("time.rs", "//! T.\n"),
            ("guard.rs", "//! G.\n"),
        ],
        &["rejection.rs:5: imports guard, which is not below it"],
    );
    let tests_only = "//! J.\n#[cfg(test)]\nmod tests {\n    use crate::guard::Guard;\n}\n";
    assert_findings(&[("future.rs", tests_only), ("guard.rs", "//! G.\n")], &[]);
    assert_findings(
        &[("attic.rs", "//! A.\n")],
        &["attic.rs:1: the room attic is on no floor"],
    );
}

#[test]
fn sees_that_token_and_proof_meet() {
    assert_findings(
        &[
            ("proof/mod.rs", "//! P.\nmod a;\npub use a::A;\n"),
            ("proof/a.rs", "//! P.\n"),
            ("token/mod.rs", "//! T.\nmod b;\n"),
            (
                "token/b.rs",
                "//! T.\nuse super::super::proof::A;\nuse crate::proof::A as B;\n",
            ),
        ],
        &[
            "token/b.rs:2: token and proof do not import each other",
            "token/b.rs:3: token and proof do not import each other",
        ],
    );
}

#[test]
fn sees_circles_also_through_doors() {
    let answer = ("future.rs", "//! A.\nuse crate::excerpt::E;\n");
    assert_findings(
        &[
            answer,
            ("excerpt.rs", "//! E.\nuse crate::time::T;\n"),
            ("time.rs", "//! T.\n"),
        ],
        &[],
    );
    assert_findings(
        &[
            answer,
            ("excerpt.rs", "//! E.\nuse crate::time::T;\n"),
            ("time.rs", "//! T.\n\nuse crate::future::A;\n"),
        ],
        &["time.rs:3: closes the circle future.rs, excerpt.rs, time.rs"],
    );
    assert_findings(
        &[
            (
                "keys/mod.rs",
                "//! K.\nmod a;\nmod b;\npub use a::A;\npub use self::b::B;\n",
            ),
            ("keys/a.rs", "//! K.\nuse super::b::B;\n"),
            (
                "keys/b.rs",
                "//! K.\nfn f() -> super::a::A {\n    loop {}\n}\n",
            ),
        ],
        &["keys/b.rs:2: closes the circle keys/a.rs, keys/b.rs"],
    );
    // Not a circle: the room's door leads to `a`, which knows nothing of `access`.
    assert_findings(
        &[
            ("keys/mod.rs", "//! K.\nmod a;\npub use a::A;\n"),
            ("keys/a.rs", "//! K.\n"),
            ("access.rs", "//! A.\nuse crate::keys::A;\n"),
        ],
        &[],
    );
}

#[test]
fn sees_imports_through_the_root_or_the_own_door() {
    assert_findings(
        &[
            ("lib.rs", "//! L.\nmod time;\npub use time::T;\n"),
            ("time.rs", "//! T.\n"),
            ("future.rs", "//! A.\nuse crate::T;\n"),
        ],
        &["future.rs:2: imports T through the crate root"],
    );
    assert_findings(
        &[
            ("keys/mod.rs", "//! K.\nmod a;\nmod b;\npub use a::A;\n"),
            ("keys/a.rs", "//! K.\n"),
            (
                "keys/b.rs",
                "//! K.\nuse super::A;\nuse crate::keys::A as B;\n",
            ),
        ],
        &[
            "keys/b.rs:2: imports A through its own door",
            "keys/b.rs:3: imports A through its own door",
        ],
    );
}

#[test]
fn sees_names_outside_of_their_room() {
    for (line, name) in [
        ("use tower::Service;", "tower: tower"),
        (
            "const A: u8 = r.status_mut();",
            "status_mut: what the client is told",
        ),
        (
            "use http::{StatusCode};",
            "StatusCode: what the client is told",
        ),
        (
            "use http::header::WWW_AUTHENTICATE;",
            "WWW_AUTHENTICATE: what the client is told",
        ),
        (
            "const A: &str = \"WWW-Authenticate\";",
            "www-authenticate: what the client is told",
        ),
        (
            "use http::header::AUTHORIZATION;",
            "AUTHORIZATION: the Authorization header",
        ),
        (
            "const A: &str = r#\"Authorization\"#;",
            "authorization: the Authorization header",
        ),
        ("const A: &[u8] = b\"DPoP\";", "dpop: the DPoP header"),
        ("use rsa::RsaPublicKey;", "rsa: a crypto library"),
        (
            "type A = [base64::Engine; 2];",
            "base64: base64, the strict alphabets of which differ",
        ),
        (
            "use std::time::{Duration, Instant};",
            "Instant: the system's clock",
        ),
        (
            "type A = std::time::SystemTime;",
            "SystemTime: the system's clock",
        ),
        ("const A: () = tracing::info!();", "tracing: the log"),
        ("const A: u8 = f().unwrap();", "unwrap: a panic"),
        ("const A: u8 = Option::expect(B, \"\");", "expect: a panic"),
        ("const A: () = panic!();", "panic: a panic"),
        ("const A: () = todo!();", "todo: a panic"),
        ("const A: () = unimplemented!();", "unimplemented: a panic"),
        ("const A: () = unreachable!();", "unreachable: a panic"),
    ] {
        let text = format!("//! A.\n{line}\n");
        let expected = format!("future.rs:2: names {name}");
        assert_findings(&[("future.rs", &text)], &[&expected]);
        let commented = format!("//! A.\n// {line}\n/* {line} /* {line} */ */\n/// {line}\n");
        assert_findings(&[("future.rs", &commented)], &[]);
        let tested = format!("//! A.\n#[cfg(test)]\nmod tests {{\n    {line}\n}}\n");
        assert_findings(&[("future.rs", &tested)], &[]);
    }
    for harmless in [
        "#[expect(dead_code, reason = \"tower::Service\")]",
        "fn expecting() -> Key { Key::rsa('\"') }",
        "const A: &str = \"a DPoP header, \\\"www-authenticate\\\"\";",
        "const A: (char, u8) = ('\\'', b'\"'); type Lifetime<'unwrap> = &'unwrap str;",
    ] {
        assert_findings(&[("future.rs", &format!("//! A.\n{harmless}\n"))], &[]);
    }
}

#[test]
fn sees_exceptions_that_go_too_far() {
    let as_type = "//! E.\nuse http::StatusCode;\ntype A = StatusCode;\n";
    assert_findings(&[("http_client/a.rs", as_type)], &[]);
    let as_value = "//! E.\nconst A: u8 = StatusCode::OK;\n";
    assert_findings(
        &[("http_client/a.rs", as_value)],
        &["http_client/a.rs:2: names StatusCode: what the client is told"],
    );
    assert_findings(&[("response/a.rs", as_value)], &[]);
}

#[test]
fn sees_features_inside_of_items() {
    for item in [
        "mod a {}",
        "pub(crate) mod b {}",
        "pub use std::fmt;",
        "#[must_use]\nasync fn f() {}",
        "impl A {}",
    ] {
        let text = format!("//! A.\n#[cfg(any(feature = \"x\", unix))]\n{item}\n");
        assert_findings(&[("future.rs", &text)], &[]);
    }
    let method =
        "//! A.\nimpl A {\n    #[cfg(not(feature = \"x\"))]\n    pub(super) fn f(&self) {}\n}\n";
    assert_findings(&[("future.rs", method)], &[]);
    for (text, line) in [
        (
            "//! A.\nfn f() {\n    #[cfg(feature = \"x\")]\n    use std::fmt;\n}\n",
            3,
        ),
        (
            "//! A.\nstruct A {\n    #[cfg(feature = \"x\")]\n    pub a: u8,\n}\n",
            3,
        ),
        (
            "//! A.\nenum A {\n    #[cfg(all(unix, feature = \"x\"))]\n    B,\n}\n",
            3,
        ),
        (
            "//! A.\nimpl A {\n    fn f<const N: usize>(&self) -> [u8; N]\n    where\n        N: B,\n    {\n        match self {\n            #[cfg(not(feature = \"x\"))]\n            B => {}\n        }\n    }\n}\n",
            8,
        ),
        (
            "//! A.\nfn f() -> bool {\n    cfg!(feature = \"x\")\n}\n",
            3,
        ),
        ("//! A.\n#![cfg(feature = \"x\")]\n", 2),
    ] {
        let expected = format!("future.rs:{line}: a feature switches less than a whole item");
        assert_findings(&[("future.rs", text)], &[&expected]);
    }
}

#[test]
fn sees_doors_that_are_drawers() {
    let good = "//! D.\n#![forbid(unsafe_code)]\n\n#[cfg(feature = \"x\")]\nmod a;\npub(crate) mod b;\npub(super) use b::{B, C};\n";
    assert_findings(&[("keys/mod.rs", good), ("lib.rs", good)], &[]);
    for defined in [
        "struct A;",
        "pub fn f() {}",
        "mod b { }",
        "const A: u8 = 0;",
        "impl A {}",
    ] {
        for door in ["keys/mod.rs", "lib.rs"] {
            let text = format!("//! D.\nmod a;\n{defined}\nmod c;\n");
            let expected = format!("{door}:3: a door defines nothing");
            assert_findings(&[(door, &text)], &[&expected]);
        }
    }
}

#[test]
fn sees_files_without_a_first_sentence_and_files_that_grew() {
    for text in [
        "use std::fmt;\n//! Late.\n",
        "// A.\n",
        "\n//! A.\n",
        "//!\n",
        "",
    ] {
        assert_findings(
            &[("future.rs", text)],
            &["future.rs:1: does not open with a sentence in `//!`"],
        );
    }
    let of = |lines: usize| {
        let code = "const A: u8 = 0;\n\n// B.\n".repeat(lines);
        format!("//! A.\n{code}#[cfg(test)]\nmod tests {{\n{code}\n}}\n")
    };
    assert_findings(&[("future.rs", &of(400))], &[]);
    assert_findings(
        &[("future.rs", &of(401))],
        &["future.rs:1: has 401 lines of code, more than 400"],
    );
}

#[track_caller]
fn assert_findings(sample: &[(&str, &str)], expected: &[&str]) {
    let files: Vec<_> = sample
        .iter()
        .map(|(path, text)| File::new(path, text))
        .collect();
    assert_eq!(findings(&files), expected);
}

#[test]
fn sees_errors_whose_variants_are_not_in_order() {
    let error = "//! E.\n#[derive(thiserror::Error)]\nenum BadError {\n    #[error(\"b\")]\n    B { a: u8, c: u8 },\n    #[error(\"a\")]\n    A(u8),\n}\n";
    let found = "future.rs:3: the variants of BadError are not in alphabetical order";
    assert_findings(&[("future.rs", error)], &[found]);
    let other = "//! O.\nenum Order {\n    Second,\n    First,\n}\n";
    assert_findings(&[("future.rs", other)], &[]);
}
