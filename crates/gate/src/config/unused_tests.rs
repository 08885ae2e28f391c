//! Settings that would have no effect are refused.

use super::tests::MINIMAL;
use super::*;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse("gate.toml", text, []).map_err(|error| error.to_string())
}

#[test]
fn settings_of_nonces_need_nonces() {
    let file = "secret_file = \"/etc/nonces\"";
    for setting in [
        file,
        "rotation_seconds = 60",
        &format!("forget_replaced = true\n{file}"),
    ] {
        let with_mode = |mode: &str| format!("{MINIMAL}[nonce]\nmode = \"{mode}\"\n{setting}");
        let error = parse(&with_mode("off")).unwrap_err();
        let expected = "it has no effect without `nonce.mode`, required or skew";
        assert!(error.ends_with(expected), "{error}");
        for mode in ["required", "skew"] {
            assert!(parse(&with_mode(mode)).unwrap().proofs.nonces.is_some());
        }
    }
    let off = format!("{MINIMAL}[nonce]\nmode = \"off\"\nforget_replaced = true");
    assert_eq!(
        parse(&off).unwrap_err(),
        "gate.toml, line 12: `nonce.forget_replaced`: it has no effect without `nonce.mode`, required or skew"
    );
    let off = format!("{MINIMAL}[nonce]\nmode = \"off\"\nforget_replaced = false");
    assert_eq!(parse(&off).unwrap().proofs.nonces, None);
}

#[test]
fn only_a_secret_of_a_file_is_forgotten() {
    for mode in ["required", "skew"] {
        let text = |more: &str| format!("{MINIMAL}[nonce]\nmode = \"{mode}\"\n{more}");
        assert_eq!(
            parse(&text("forget_replaced = true")).unwrap_err(),
            "gate.toml, line 12: `nonce.forget_replaced`: it has no effect without `nonce.secret_file`"
        );
        assert!(parse(&text("forget_replaced = false")).is_ok());
        let with_file = "forget_replaced = true\nsecret_file = \"/etc/nonces\"";
        assert!(parse(&text(with_file)).is_ok());
    }
}

#[test]
fn settings_of_proofs_need_dpop() {
    for (table, setting) in [
        ("nonce", "mode = \"required\""),
        ("nonce", "mode = \"skew\""),
        ("replay", "capacity = 1000"),
        ("replay", "share_per_principal = 1000"),
        ("replay", "redis = [\"redis://redis.example.com\"]"),
        ("replay", "checked_by_gateway_only = true"),
    ] {
        let text = |off: bool| format!("{MINIMAL}[{table}]\n{setting}\n[dpop]\noff = {off}");
        assert!(parse(&text(false)).is_ok());
        let (name, _) = setting.split_once(' ').unwrap();
        assert_eq!(
            parse(&text(true)).unwrap_err(),
            format!(
                "gate.toml, line 11: `{table}.{name}`: it has no effect without DPoP: `dpop.off` is set"
            )
        );
    }
    let off = format!("{MINIMAL}[nonce]\nmode = \"off\"\n[dpop]\noff = true");
    assert!(parse(&off).unwrap().proofs.is_off);
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
