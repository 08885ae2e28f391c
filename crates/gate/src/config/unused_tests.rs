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
