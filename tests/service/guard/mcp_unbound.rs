//! Whether a guard with the settings of an MCP server accepts unbound tokens, in any order of its settings.

use sender_constraint::metadata::ProtectedResource;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{ConfigError, Guard, GuardBuilder};

use super::config_verdict::keys;
use crate::common::*;

fn mcp(builder: GuardBuilder) -> GuardBuilder {
    builder.mcp(ProtectedResource::new("https://rs.example.com/mcp").unwrap())
}

async fn assert_accepts_unbound(set: impl FnOnce(GuardBuilder) -> GuardBuilder, expected: bool) {
    let world = World::with(set);
    let answer = world
        .present_bearer(&Token::unbound(&world.issuer).sign())
        .await;
    if expected {
        answer.assert_passed();
    } else {
        answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
    }
}

#[tokio::test]
async fn mcp_06_a_refusal_by_name_holds_in_any_order() {
    assert_accepts_unbound(mcp, true).await;
    assert_accepts_unbound(|guard| mcp(guard).refuse_unbound_tokens(), false).await;
    assert_accepts_unbound(|guard| mcp(guard.refuse_unbound_tokens()), false).await;
    let loosened = |guard: GuardBuilder| mcp(guard.refuse_unbound_tokens().allow_unbound_tokens());
    assert_accepts_unbound(loosened, true).await;
    let loosened = |guard: GuardBuilder| mcp(guard.refuse_unbound_tokens()).allow_unbound_tokens();
    assert_accepts_unbound(loosened, true).await;
    let reported = |guard: GuardBuilder| {
        mcp(guard
            .refuse_unbound_tokens()
            .allow_and_report_unbound_tokens())
    };
    assert_accepts_unbound(reported, true).await;
}

#[tokio::test]
async fn mcp_06_a_derived_guard_keeps_a_refusal() {
    let strict = World::with(GuardBuilder::refuse_unbound_tokens);
    let derived = mcp(strict.guard.to_builder()).build().unwrap();
    let document = derived.metadata_document().unwrap();
    assert!(
        document.contains("\"dpop_bound_access_tokens_required\":true"),
        "{document}"
    );
}

#[test]
fn mcp_06_with_fapi2_unbound_tokens_are_refused() {
    let tokens = || JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
    let guard = mcp(Guard::fapi2(tokens())).build().unwrap();
    let document = guard.metadata_document().unwrap();
    assert!(
        document.contains("\"dpop_bound_access_tokens_required\":true"),
        "{document}"
    );
    let named = mcp(Guard::fapi2(tokens())).allow_unbound_tokens();
    let error = named.build().unwrap_err();
    assert!(matches!(error, ConfigError::Profile { .. }), "{error}");
}
