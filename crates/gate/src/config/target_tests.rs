//! What a request is for: its origin, and paths that are public.

use super::tests::{MINIMAL, parse};
use super::*;

#[test]
fn paths_with_one_reading_are_plain() {
    for path in ["/", "/a", "/a/b.css", "/a/", "/a-b_c~d/e:f@g"] {
        assert!(is_plain(path), "{path}");
    }
    for path in [
        "", "a", "//", "//a", "/a//b", "/.", "/..", "/a/../b", "/a/.", "/%61", "/a;b", "/a\\b",
        "/a?b", "/a*", "/\u{e9}", "/a b",
    ] {
        assert!(!is_plain(path), "{path}");
    }
}

#[test]
fn several_origins_need_a_host() {
    let several = "origins = [\"https://a.example\", \"https://b.example\"]";
    let one = "origin = \"https://api.example.com\"";
    assert_eq!(
        parse(&MINIMAL.replace(one, several), &[])
            .unwrap()
            .proofs
            .other_origins
            .len(),
        1
    );
    let error = parse(&MINIMAL.replace(one, &format!("{one}\n{several}")), &[]).unwrap_err();
    assert_eq!(
        error,
        "gate.toml, line 4: `origins`: expected either `origin` or `origins`"
    );
    let upstream = "[upstream]\nurl = \"http://127.0.0.1:3000\"";
    let nginx = "[forward_auth]\nproxy = \"nginx\"\ntrusted_peers = [\"127.0.0.1\"]";
    let text = MINIMAL
        .replace("\"proxy\"", "\"forward-auth\"")
        .replace(upstream, nginx);
    let error = parse(&text.replace(one, several), &[]).unwrap_err();
    assert!(error.contains("`forward_auth.host_header`"), "{error}");
    let named = format!("{nginx}\nhost_header = \"X-Original-Host\"");
    assert!(parse(&text.replace(one, several).replace(nginx, &named), &[]).is_ok());
    let fields = "[forwarded]\nfields = \"rfc7239\"\ntrusted_peers = [\"127.0.0.1\"]";
    let error = parse(&format!("{text}{fields}"), &[]).unwrap_err();
    assert!(
        error.contains("`forwarded.fields`: it is for the mode proxy"),
        "{error}"
    );
}
