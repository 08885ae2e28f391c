//! Tables of the other mode.

use super::tests::{MINIMAL, parse};

#[test]
fn a_table_of_the_other_mode_names_the_mode() {
    let nginx = "[forward_auth]\nproxy = \"nginx\"\ntrusted_peers = [\"127.0.0.1\"]\n";
    let error = parse(&format!("{MINIMAL}{nginx}"), &[]).unwrap_err();
    assert_eq!(
        error,
        "gate.toml, line 10: `forward_auth`: it is for the mode forward-auth, and `mode` is proxy"
    );
    let text = MINIMAL.replace("\"proxy\"", "\"forward-auth\"");
    let error = parse(&format!("{text}{nginx}"), &[]).unwrap_err();
    assert_eq!(
        error,
        "gate.toml, line 4: `upstream`: it is for the mode proxy, and `mode` is forward-auth"
    );
    let upstream = "[upstream]\nurl = \"http://127.0.0.1:3000\"";
    assert!(text.contains(upstream));
    let text = format!("{}{nginx}", text.replace(upstream, ""));
    assert!(parse(&text, &[]).is_ok());
    let error = parse(&format!("{text}[public]\npaths = []"), &[]).unwrap_err();
    assert!(
        error.ends_with("`public`: it is for the mode proxy, and `mode` is forward-auth"),
        "{error}"
    );
}
