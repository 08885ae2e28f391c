//! OpenAPI documents from what is enforced: schemes, security of operations, whole documents, and what requests then meet.

mod document;
mod enforced;
mod nearest;
mod operations;
mod refused;
mod schemes;

use sender_constraint::cert::{Forwarded, TrustedPeers};
use sender_constraint::openapi::{OpenApiError, Security};
use sender_constraint::proof::Mtls;
use sender_constraint::require::{Require, RouteRequirements};
use serde_json::Value;

use crate::common::*;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// `security` of `GET /a`, if it has this requirement.
fn security(world: &World, require: Require) -> Result<Value, OpenApiError> {
    let security = world.guard.layer().require(require).openapi();
    of_get_a(&security)
}

fn of_get_a(security: &Security) -> Result<Value, OpenApiError> {
    let text = security.operation(&http::Method::GET, "/a")?;
    Ok(json(&text))
}

/// The operations without a requirement, as they are displayed.
fn undeclared<T: std::fmt::Debug>(result: Result<T, OpenApiError>) -> Vec<String> {
    match result {
        Err(OpenApiError::Undeclared(all)) => all.iter().map(ToString::to_string).collect(),
        other => panic!("expected undeclared operations, came {other:?}"),
    }
}

fn table(routes: &[(&str, Require)]) -> RouteRequirements {
    let mut table = RouteRequirements::default();
    for (route, require) in routes {
        table = table.route(*route, require.clone()).expect("a requirement");
    }
    table
}

/// Accepts DPoP proofs and forwarded certificates.
fn of_both_methods() -> World {
    World::with(|builder| builder.mtls(forwarded()))
}

fn certificates_only() -> World {
    World::of(Key::from_seed("ES256", 0), |tokens| {
        sender_constraint::Guard::builder(tokens).mtls(forwarded())
    })
}

fn forwarded() -> Mtls {
    let peers = TrustedPeers::networks(["10.0.0.1"]).expect("a proxy");
    Mtls::new(Forwarded::rfc9440(peers))
}
