//! What routes and handlers require of a token, through each way to say so: a layer inside the guard, the guard's own layer,
//! and a handler.

mod authorization_details;
mod first_challenge;
mod hierarchy;
mod mistakes;
mod once;
mod parties;
mod routes;
mod scopes;
mod settings;
mod spelling;
mod step_up;
mod unmet;

use std::convert::Infallible;
use std::future::ready;

use http::{Request, Response};
use sender_constraint::Access;
use sender_constraint::require::Require;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::common::*;

/// What a client sees of a route that requires this, which is the same for each way to say so.
async fn ask(world: &World, token: &Token, require: &Require) -> Answer {
    let layer = served_by_layer(world, token, require).await;
    let guard = served_by_guard(world, token, require).await;
    let handler = served_by_handler(world, token, require).await;
    let seen = |answer: &Answer| {
        let kind = answer
            .0
            .extensions()
            .get()
            .map(sender_constraint::Rejection::kind);
        let challenges: Vec<_> = answer.challenges().into_iter().map(str::to_owned).collect();
        (answer.status(), challenges, kind, answer.0.body().clone())
    };
    assert_eq!(seen(&layer), seen(&guard));
    assert_eq!(seen(&layer), seen(&handler));
    layer
}

async fn served_by_layer(world: &World, token: &Token, require: &Require) -> Answer {
    let inner = service_fn(|_: Request<()>| served());
    let service = world.guard.layer().layer(require.layer(inner));
    let response = service.oneshot(present(world, token)).await;
    Answer(response.expect("infallible"))
}

async fn served_by_guard(world: &World, token: &Token, require: &Require) -> Answer {
    let inner = service_fn(|_: Request<()>| served());
    let layer = world.guard.layer().require(require.clone());
    let response = layer.layer(inner).oneshot(present(world, token)).await;
    Answer(response.expect("infallible"))
}

async fn served_by_handler(world: &World, token: &Token, require: &Require) -> Answer {
    let inner = service_fn(|request: Request<()>| {
        let access = request.extensions().get::<Access>().expect("guarded");
        assert_eq!(access.satisfies(require), access.require(require).is_ok());
        match access.require(require) {
            Ok(()) => served(),
            Err(error) => ready(Ok(error.response())),
        }
    });
    let service = world.guard.layer().layer(inner);
    let response = service.oneshot(present(world, token)).await;
    Answer(response.expect("infallible"))
}

fn served() -> std::future::Ready<Result<Response<String>, Infallible>> {
    ready(Ok(Response::new("served".to_owned())))
}

/// A request with the token in the scheme that it is for.
fn present(world: &World, token: &Token) -> Request<()> {
    let signed = token.sign();
    if token.claims.get("cnf").is_some() {
        let proof = world.proof(&signed).sign();
        return request(&format!("DPoP {signed}"), &proof);
    }
    request(&format!("Bearer {signed}"), "")
}

/// Accepts unbound tokens too, as `Bearer`.
fn lenient() -> World {
    World::with(sender_constraint::GuardBuilder::allow_unbound_tokens)
}
