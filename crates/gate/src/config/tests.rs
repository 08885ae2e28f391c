//! Every kind of mistake, and the text that names it.

use super::*;

pub(super) const MINIMAL: &str = "\
listen = \"127.0.0.1:0\"
mode = \"proxy\"
origin = \"https://api.example.com\"
[upstream]
url = \"http://127.0.0.1:3000\"
[[issuer]]
name = \"https://as.example.com\"
[tokens]
audiences = [\"https://api.example.com\"]
";

pub(super) fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let variables = variables
        .iter()
        .map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned()));
    Config::parse("gate.toml", text, variables).map_err(|error| error.to_string())
}

fn error(more: &str) -> String {
    parse(&format!("{MINIMAL}{more}"), &[]).unwrap_err()
}

#[test]
fn the_largest_leeway_is_accepted() {
    let config = parse(&format!("{MINIMAL}leeway_seconds = 300"), &[]).unwrap();
    assert_eq!(config.issuers.leeway.unwrap().value.as_secs(), 300);
}

#[test]
fn a_minimal_file_is_enough() {
    let config = parse(MINIMAL, &[]).unwrap();
    assert_eq!(config.limits.connections, 10_000);
    assert!(!config.policy.allow_unbound_tokens);
    assert!(config.server.tls.is_none());
}

#[test]
fn errors_name_file_line_and_setting() {
    for (more, expected) in [
        (
            "lisen = 1",
            "gate.toml, line 10: `tokens.lisen`: unknown setting; known here: audiences, ca, leeway_seconds, start_without_keys",
        ),
        (
            "leeway_seconds = 301",
            "gate.toml, line 10: `tokens.leeway_seconds`: came 301, expected 0 to 300 seconds",
        ),
        (
            "[dpop]\nmax_age_seconds = 301",
            "gate.toml, line 11: `dpop.max_age_seconds`: came 301, expected 1 to 300 seconds",
        ),
        (
            "[dpop]\nmax_age_seconds = 0",
            "gate.toml, line 11: `dpop.max_age_seconds`: came 0, expected 1 to 300 seconds",
        ),
        (
            "[dpop]\nmax_age_seconds = \"60\"",
            "gate.toml, line 11: `dpop.max_age_seconds`: came a text, expected an integer, in seconds",
        ),
        (
            "[dpop]\noff = 1",
            "gate.toml, line 11: `dpop.off`: came an integer, expected true or false",
        ),
        (
            "[dpop]\nalgorithms = [\"HS256\"]",
            "gate.toml, line 11: `dpop.algorithms`: came \"HS256\", expected one of ",
        ),
        (
            "[dpop]\nalgorithms = \"ES256\"",
            "gate.toml, line 11: `dpop.algorithms`: came a text, expected a list of texts",
        ),
        (
            "[dpop]\nalgorithms = [1]",
            "gate.toml, line 11: `dpop.algorithms`: came an integer, expected a list of texts",
        ),
        (
            "[forwarded]\ntrusted_hops = 2",
            "gate.toml, line 10: `forwarded.fields`: it is missing; expected rfc7239 or x-forwarded",
        ),
        (
            "[forwarded]\nfields = \"rfc7239\"",
            "gate.toml, line 10: `forwarded.trusted_peers`: it is missing; expected a list",
        ),
        (
            "[forwarded]\nfields = \"rfc7239\"\ntrusted_hops = 11",
            "gate.toml, line 12: `forwarded.trusted_hops`: came 11, expected 1 to 10",
        ),
        (
            "[mtls]\nsource = \"forwarded\"\nformat = \"xfcc\"\ntrusted_peers = [\"unix\"]\ntrusted_hops = 11",
            "gate.toml, line 14: `mtls.trusted_hops`: came 11, expected 1 to 10",
        ),
        (
            "[replay]\nkey_prefix = \"a:\"",
            "gate.toml, line 11: `replay.key_prefix`: it has no effect without `redis`, a list of URLs",
        ),
        (
            "[replay]\naccept_once_per_node_during_outages = true",
            "gate.toml, line 11: `replay.accept_once_per_node_during_outages`: it has no effect without `replay.redis`",
        ),
        (
            "[replay]\nchecked_by_gateway_only = true\ncapacity = 10",
            "gate.toml, line 11: `replay.checked_by_gateway_only`: no proof is recorded with it",
        ),
        (
            "[deny]\nkey_prefix = \"a\"",
            "gate.toml, line 11: `deny.key_prefix`: it has no effect without `redis`",
        ),
        (
            "[deny]",
            "gate.toml, line 10: `deny.redis`: it is missing; expected a list of URLs",
        ),
        (
            "[nonce]\nrotation_seconds = 60",
            "gate.toml, line 10: `nonce.mode`: it is missing; expected off, required or skew",
        ),
        (
            "[nonce]\nmode = \"on\"",
            "gate.toml, line 11: `nonce.mode`: came \"on\", expected one of off, required, skew",
        ),
        (
            "[nonce]\nmode = \"skew\"\nrotation_seconds = 301",
            "gate.toml, line 12: `nonce.rotation_seconds`: came 301, expected 10 to 300 seconds",
        ),
        (
            "[identity.token]\nkey = \"k\"\naudience = \"a\"\nissuer = \"i\"\nheader = \"X-Auth-Subject\"",
            "gate.toml, line 10: `identity`: `identity.token.header`: the header is one of `identity.headers`",
        ),
        (
            "[mtls]\nrefuse_expired = true",
            "gate.toml, line 10: `mtls.source`: it is missing; expected connection or forwarded",
        ),
        (
            "[mtls]\nsource = \"forwarded\"\nformat = \"rfc9440\"",
            "gate.toml, line 10: `mtls.trusted_peers`: it is missing; expected a list",
        ),
        (
            "[mtls]\nsource = \"forwarded\"\nformat = \"rfc9440\"\ntrusted_peers = [\"unix\", \"0.0.0.0/0\"]",
            "gate.toml, line 13: `mtls.trusted_peers`: \"0.0.0.0/0\" is not an address or a network",
        ),
        (
            "[public]\npaths = [\"/a/*\"]",
            "gate.toml, line 11: `public.paths`: came \"/a/*\", expected the exact path",
        ),
        (
            "[public]\nprefixes = [\"/a\"]",
            "gate.toml, line 11: `public.prefixes`: came \"/a\", expected a path that ends with `/`",
        ),
        (
            "[identity.headers]\nsubject = \"Authorization\"",
            "gate.toml, line 11: `identity.headers.subject`: came \"authorization\", expected a name that begins with `X-`",
        ),
        (
            "[identity.headers]\nsubject = \"X_User\"",
            "expected a name that begins with `X-`",
        ),
        (
            "[identity.headers]\nsubject = \"X-Auth-Jkt\"",
            "gate.toml, line 10: `identity.headers`: came \"x-auth-jkt\" for two of them, expected a different header for each",
        ),
        (
            "[introspection]\ntokens = \"all\"\nclient_id = \"gate\"",
            "gate.toml, line 10: `introspection`: expected one of `client_key` and `client_certificate`",
        ),
        (
            "[limits]\nconnections = 0",
            "gate.toml, line 11: `limits.connections`: came 0, expected 1 to 1000000",
        ),
        ("[[tokens]]\na = 1", "gate.toml, line 10: "),
        (
            "a = 1\na = 2",
            "gate.toml, line 11: `tokens.a`: duplicate key",
        ),
    ] {
        let error = error(more);
        assert!(
            error.starts_with(expected)
                || (!expected.starts_with("gate") && error.contains(expected)),
            "{error}"
        );
    }
}

#[test]
fn upstreams_are_origins() {
    for url in [
        "http://127.0.0.1:3000/v1",
        "127.0.0.1:3000",
        "ftp://127.0.0.1",
        "http://a@127.0.0.1",
        "http://127.0.0.1?a",
        "",
    ] {
        let text = MINIMAL.replace("http://127.0.0.1:3000", url);
        let error = parse(&text, &[]).unwrap_err();
        assert!(
            error.starts_with("gate.toml, line 5: `upstream.url`: came "),
            "{error}"
        );
    }
    let text = MINIMAL.replace("http://127", "https://127");
    let error = parse(&text, &[]).unwrap_err();
    assert!(
        error.contains("`upstream.ca`: it is missing; expected a PEM file"),
        "{error}"
    );
}

#[test]
fn required_settings_are_told() {
    for (line, expected) in [
        (
            "listen = \"127.0.0.1:0\"\n",
            "gate.toml: `listen`: it is missing; expected a text",
        ),
        (
            "mode = \"proxy\"\n",
            "gate.toml: `mode`: it is missing; expected proxy or forward-auth",
        ),
        (
            "origin = \"https://api.example.com\"\n",
            "gate.toml: `origin`: it is missing; expected a text",
        ),
        (
            "url = \"http://127.0.0.1:3000\"\n",
            "gate.toml, line 4: `upstream.url`: it is missing; expected a text",
        ),
        (
            "[[issuer]]\nname = \"https://as.example.com\"\n",
            "gate.toml: `issuer`: it is missing; expected at least one table `[[issuer]]`",
        ),
        (
            "audiences = [\"https://api.example.com\"]\n",
            "gate.toml, line 8: `tokens.audiences`: it is missing; expected a list of texts",
        ),
    ] {
        let error = parse(&MINIMAL.replace(line, ""), &[]).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}
