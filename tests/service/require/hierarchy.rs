//! Scopes that include others.

use sender_constraint::ConfigError;
use sender_constraint::require::{Require, ScopeHierarchy};

use super::ask;
use crate::common::*;

fn accounts() -> ScopeHierarchy {
    // The order of declarations does not matter.
    let scopes = ScopeHierarchy::default().includes("admin", ["accounts:write", "audit"]);
    scopes
        .unwrap()
        .includes("accounts:write", ["accounts:read"])
        .unwrap()
}

#[tokio::test]
async fn scp_01_scope_includes_what_is_declared_and_nothing_else() {
    let world = World::with(|builder| builder.scope_hierarchy(accounts()));
    let require = Require::scopes(["accounts:read"]);
    for scope in ["accounts:read", "accounts:write", "admin"] {
        let token = world.token().claim("scope", scope);
        ask(&world, &token, &require).await.assert_passed();
    }
    for scope in ["audit", "accounts", "accounts:writer"] {
        let token = world.token().claim("scope", scope);
        let answer = ask(&world, &token, &require).await;
        answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
        // The least that suffices, not what includes it.
        assert!(answer.challenges()[0].ends_with("scope=\"accounts:read\""));
    }
    let read = world.token().claim("scope", "accounts:read");
    let answer = ask(&world, &read, &Require::scopes(["accounts:write"])).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
    // Without the setting.
    let strict = World::new();
    let write = strict.token().claim("scope", "accounts:write");
    let answer = ask(&strict, &write, &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
}

#[test]
fn hierarchy_in_a_circle_is_refused() {
    let cycle = |scopes: Result<ScopeHierarchy, ConfigError>, scope: &str| {
        assert_eq!(
            scopes.unwrap_err(),
            ConfigError::ScopeCycle(scope.to_owned())
        );
    };
    cycle(
        accounts().includes("accounts:read", ["admin"]),
        "accounts:read",
    );
    cycle(
        accounts().includes("accounts:write", ["admin"]),
        "accounts:write",
    );
    cycle(accounts().includes("x", ["x"]), "x");
    let diamond = accounts().includes("audit", ["accounts:read"]).unwrap();
    assert!(diamond.grants("admin", "accounts:read"));
    assert!(!diamond.grants("accounts:read", "audit"));
}

#[test]
fn hierarchy_is_limited() {
    let names: Vec<_> = (0..257).map(|number| format!("s{number}")).collect();
    let chain = |length: usize| {
        let mut scopes = ScopeHierarchy::default();
        for pair in names[..=length].windows(2) {
            scopes = scopes.includes(&pair[0], [&pair[1]])?;
        }
        Ok::<_, ConfigError>(scopes)
    };
    assert!(chain(256).unwrap().grants("s0", "s256"));
    let more = chain(256).unwrap().includes("s256", ["s257"]).unwrap_err();
    assert!(
        matches!(
            more,
            ConfigError::Size {
                value: 257,
                most: 256,
                ..
            }
        ),
        "{more}"
    );
    for bad in ["", "a b", "a\"", "a\\", "ä", &"a".repeat(257)] {
        assert!(ScopeHierarchy::default().includes(bad, ["a"]).is_err());
        assert!(ScopeHierarchy::default().includes("b", [bad]).is_err());
    }
    assert!(
        ScopeHierarchy::default()
            .includes(&"a".repeat(256), ["b"])
            .is_ok()
    );
}
