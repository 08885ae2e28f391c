//! Settings that would have no effect are refused.

use super::tests::MINIMAL;
use super::*;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse("gate.toml", text, []).map_err(|error| error.to_string())
}

#[test]
fn settings_of_nonces_need_nonces() {
    for setting in [
        "secret_file = \"/etc/nonces\"",
        "rotation_seconds = 60",
        "forget_replaced = true",
    ] {
        let with_mode = |mode: &str| format!("{MINIMAL}[nonce]\nmode = \"{mode}\"\n{setting}");
        let (name, _) = setting.split_once(' ').unwrap();
        assert_eq!(
            parse(&with_mode("off")).unwrap_err(),
            format!(
                "gate.toml, line 12: `nonce.{name}`: it has no effect without `nonce.mode`, required or skew"
            )
        );
        for mode in ["required", "skew"] {
            assert!(parse(&with_mode(mode)).unwrap().proofs.nonces.is_some());
        }
    }
    let off = format!("{MINIMAL}[nonce]\nmode = \"off\"\nforget_replaced = false");
    assert_eq!(parse(&off).unwrap().proofs.nonces, None);
}

#[test]
fn responses_of_another_proxy_are_not_governed() {
    let upstream = "[upstream]\nurl = \"http://127.0.0.1:3000\"";
    let proxies = ["caddy", "envoy", "envoy-grpc", "nginx", "traefik"];
    for (setting, expected) in [
        ("grpc_responses", "take the status 200 of such a refusal"),
        (
            "let_responses_outlive_tokens",
            "the other proxy has the responses",
        ),
    ] {
        let proxied = |value: &str| format!("{MINIMAL}[policy]\n{setting} = {value}");
        assert!(parse(&proxied("true")).is_ok());
        for proxy in proxies {
            let table = format!("[forward_auth]\nproxy = \"{proxy}\"\ntrusted_peers = [\"unix\"]");
            let decided = |value: &str| {
                let text = proxied(value).replace("\"proxy\"", "\"forward-auth\"");
                parse(&text.replace(upstream, &table))
            };
            let error = decided("true").unwrap_err();
            let begin =
                format!("gate.toml, line 12: `policy.{setting}`: it is for the mode proxy; ");
            assert!(
                error.starts_with(&begin) && error.contains(expected),
                "{error}"
            );
            assert!(decided("false").is_ok());
        }
    }
}
