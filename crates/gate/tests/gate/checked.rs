//! `--check` finds what a start would find without the network, and shows the warnings of a start.

use std::path::Path;

use super::configuration::program;
use super::world::folder;

/// A valid configuration below, with `more` after its first three lines.
fn text(more: &str) -> String {
    format!(
        "mode = \"proxy\"\n{more}\n[upstream]\nurl = \"http://127.0.0.1:1\"\n[[issuer]]\n\
         name = \"https://as.example.com\"\n[tokens]\naudiences = [\"a\"]\n"
    )
}

const FIRST: &str = "listen = \"127.0.0.1:0\"\norigin = \"https://api.example.com\"\n";

/// The status, and standard error.
fn check(path: &Path) -> (Option<i32>, String) {
    let output = program()
        .args(["--check", "--config"])
        .arg(path)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn check_text(text: &str) -> (Option<i32>, String) {
    let folder = folder();
    let path = folder.join("gate.toml");
    std::fs::write(&path, text).unwrap();
    let checked = check(&path);
    drop(std::fs::remove_dir_all(folder));
    checked
}

#[test]
fn every_error_names_its_line_and_setting() {
    for (more, expected) in [
        (
            format!("{FIRST}[replay]\nredis = [\"http://a\"]"),
            "line 5: `replay.redis`: ",
        ),
        (
            format!("{FIRST}[replay]\nredis = [\"redis://a\"]\nca = \"/nowhere/ca.pem\""),
            "line 6: `replay.ca`: \"/nowhere/ca.pem\": No such file",
        ),
        (
            format!("{FIRST}[deny]\nredis = [\"a b\"]"),
            "line 5: `deny.redis`: ",
        ),
        (
            format!("{FIRST}[replay]\ncapacity = 1"),
            "line 5: `replay.capacity`: ",
        ),
        (
            format!("{FIRST}[tls]\ncertificate = \"/nowhere/a.pem\"\nkey = \"/nowhere/b.pem\""),
            "line 5: `tls.certificate`: \"/nowhere/a.pem\": ",
        ),
        (
            format!("{FIRST}[log]\nfilter = \"a=b=c\""),
            "line 5: `log.filter`: ",
        ),
        (
            format!("{FIRST}[dpop]\noff = true"),
            "line 5: `dpop.off`: no token could be accepted: leave `dpop.off` out, or configure `mtls.source`, or set `policy.allow_unbound_tokens`",
        ),
        (
            format!("{FIRST}[policy]\nrealm = \"\\u0007\""),
            "line 5: `policy.realm`: ",
        ),
        (
            format!("{FIRST}[policy]\nignore_confirmation_members = [\"jkt\"]"),
            "line 5: `policy.ignore_confirmation_members`: `jkt` is always checked: `policy.ignore_confirmation_members` cannot",
        ),
        (
            format!("{FIRST}[policy]\nresource_metadata = \"http://a.example\""),
            "line 5: `policy.resource_metadata`: ",
        ),
        (
            format!("{FIRST}[policy]\ndeny_file = \"/nowhere/deny.toml\""),
            "line 5: `policy.deny_file`: ",
        ),
        (
            format!("{FIRST}path_prefix = \"a\""),
            "line 4: `path_prefix`: path prefix \"a\" is not usable",
        ),
        (
            FIRST.replace("https", "http"),
            "line 3: `origin`: origin \"http://api.example.com\" is not usable: it is not https (plain http is accepted for loopback only); configure insecure http with `insecure_http_origin`",
        ),
        (
            format!(
                "{FIRST}[mtls]\nsource = \"forwarded\"\nformat = \"pem\"\ntrusted_peers = [\"10.0.0.7\"]"
            ),
            "line 6: `mtls.format`: came \"pem\", expected one of der-base64, ",
        ),
        (
            format!(
                "{FIRST}[mtls]\nsource = \"forwarded\"\nformat = \"rfc9440\"\ntrusted_peers = [\"10.0.0.7\"]\ntrusted_hops = 2"
            ),
            "line 8: `mtls.trusted_hops`: it has no effect without `mtls.format` xfcc",
        ),
        (
            format!("{FIRST}[nonce]\nmode = \"required\"\nsecret_file = \"/nowhere/nonces\""),
            "line 6: `nonce.secret_file`: the file \"/nowhere/nonces\" cannot be used: ",
        ),
    ] {
        let (status, error) = check_text(&text(&more));
        assert_eq!(status, Some(2), "{error}");
        assert!(error.contains(&format!("gate.toml, {expected}")), "{error}");
        assert!(!error.contains("::") && !error.contains("(..)"), "{error}");
    }
    let valid = text(FIRST);
    for (from, to, expected) in [
        (
            "audiences = [",
            "ca = \"/nowhere/as.pem\"\naudiences = [",
            "line 10: `tokens.ca`: the file \"/nowhere/as.pem\" cannot be read: ",
        ),
        (
            "https://as.",
            "http://as.",
            "line 8: `issuer.name`: issuer \"http://as.example.com\" is not usable: it is not https (plain http is accepted for loopback only); configure insecure http with `issuer.insecure_http`",
        ),
        (
            "\"a\"]",
            "\"a\",\n\" b\"]",
            "line 11: `tokens.audiences`: audience \" b\" is not usable",
        ),
        (
            "http://127.0.0.1:1\"",
            "https://127.0.0.1:1\"\nca = \"/nowhere/ca.pem\"",
            "line 7: `upstream.ca`: ",
        ),
    ] {
        assert!(valid.contains(from), "{from}");
        let (status, error) = check_text(&valid.replace(from, to));
        assert_eq!(status, Some(2), "{error}");
        assert!(error.contains(&format!("gate.toml, {expected}")), "{error}");
    }
}

#[test]
fn checks_that_are_loosened_are_warned_of() {
    let (status, log) = check_text(&text(FIRST));
    assert_eq!(status, Some(0), "{log}");
    assert!(!log.contains("WARN"), "{log}");
    let loosened = format!("{FIRST}[policy]\nallow_unbound_tokens = true");
    let (status, log) = check_text(&text(&loosened));
    assert_eq!(status, Some(0), "{log}");
    let warning = "a check is loosened setting=\"policy.allow_unbound_tokens\"";
    assert!(log.contains("WARN") && log.contains(warning), "{log}");
}

#[test]
fn a_file_has_a_largest_size() {
    let limit = 1024 * 1024;
    let valid = text(FIRST);
    let padded = |length: usize| format!("{valid}#{}", "a".repeat(length - valid.len() - 1));
    assert_eq!(check_text(&padded(limit)).0, Some(0));
    let (status, error) = check_text(&padded(limit + 1));
    assert_eq!(status, Some(2));
    assert!(
        error.ends_with("gate.toml: it has more than 1048576 bytes\n"),
        "{error}"
    );
    let (status, error) = check(Path::new("/dev/zero"));
    assert_eq!(status, Some(2));
    assert!(
        error.ends_with("/dev/zero: it has more than 1048576 bytes\n"),
        "{error}"
    );
    let (_, error) = check(Path::new("/nowhere/gate.toml"));
    assert!(
        error.contains("/nowhere/gate.toml: it cannot be opened: "),
        "{error}"
    );
}
