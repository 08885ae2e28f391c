//! Requirements around tonic services and in their methods.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::{Request, Response, Version};
use sender_constraint::require::{InsufficientAccess, Require, RouteRequirements};
use sender_constraint::{Access, GuardBuilder};
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tonic::server::NamedService;
use tonic::service::{LayerExt as _, Routes};
use tonic::{Code, Status};
use tower::{Layer as _, ServiceExt as _};

use crate::common::*;

const PATH: &str = "/test.Files/Call";

/// A service whose method requires a scope.
#[derive(Clone)]
struct Files;

impl NamedService for Files {
    const NAME: &'static str = "test.Files";
}

impl tower::Service<Request<Body>> for Files {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let access = request.extensions().get::<Access>().expect("guarded");
        ready(Ok(match access.require(&Require::scopes(["read"])) {
            Ok(()) => Status::new(Code::Ok, "").into_http(),
            Err(error) => status(&error).into_http(),
        }))
    }
}

/// As the documentation of `InsufficientAccess` has it.
fn status(error: &InsufficientAccess) -> Status {
    let rejection = error.rejection();
    let code = Code::from_i32(rejection.grpc_status());
    let text = rejection.error_description().unwrap_or_default();
    let challenge = error.response::<()>().into_parts().0.headers;
    Status::with_metadata(code, text, MetadataMap::from_headers(challenge))
}

/// A call with a token of this scope.
fn request(world: &World, scope: &str) -> Request<Body> {
    let token = world.token().claim("scope", scope).sign();
    let proof = world.proof(&token).claim("htm", "POST");
    let proof = proof.claim("htu", format!("{ORIGIN}{PATH}")).sign();
    let request = Request::post(PATH)
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("authorization", format!("DPoP {token}"))
        .header("dpop", proof);
    request.body(Body::empty()).unwrap()
}

/// Calls the service.
async fn call(world: &World, routes: Routes, scope: &str) -> Response<Body> {
    let request = request(world, scope);
    let routes = world.guard.layer().layer(routes.prepare());
    routes.oneshot(request).await.unwrap()
}

fn grpc(response: &Response<Body>) -> (u16, &str, &str) {
    let text = |name: &str| {
        let value = response.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap())
    };
    (
        response.status().as_u16(),
        text("grpc-status"),
        text("www-authenticate"),
    )
}

#[tokio::test]
async fn scp_01_method_answers_with_a_status_that_has_the_challenge() {
    for world in [World::new(), World::with(GuardBuilder::grpc_responses)] {
        let answer = call(&world, Routes::new(Files), "read").await;
        assert_eq!(grpc(&answer), (200, "0", ""));
        let answer = call(&world, Routes::new(Files), "write").await;
        let (status, code, challenge) = grpc(&answer);
        assert_eq!((status, code), (200, "7"));
        assert!(challenge.ends_with("scope=\"read\""), "{challenge}");
        assert_eq!(answer.headers().get_all("grpc-status").iter().count(), 1);
    }
}

#[tokio::test]
async fn resp_41_requirement_of_a_service_is_permission_denied() {
    let require = Require::scopes(["write"]);
    let world = World::with(GuardBuilder::grpc_responses);
    let routes = || Routes::new(require.named_layer(Files));
    assert_eq!(grpc(&call(&world, routes(), "read write").await).1, "0");
    let answer = call(&world, routes(), "read").await;
    let (status, code, challenge) = grpc(&answer);
    assert_eq!((status, code), (200, "7"));
    assert!(challenge.ends_with("scope=\"write\""), "{challenge}");
    let http = World::new();
    assert_eq!(grpc(&call(&http, routes(), "read").await).0, 403);

    let step_up = Require::any_token().acr(["mfa"]);
    let routes = Routes::new(step_up.named_layer(Files));
    let answer = call(&world, routes, "read").await;
    let (status, code, challenge) = grpc(&answer);
    assert_eq!((status, code), (200, "16"));
    assert!(challenge.ends_with("acr_values=\"mfa\""), "{challenge}");
}

#[tokio::test]
async fn scp_02_methods_are_named_by_their_paths() {
    let world = World::with(GuardBuilder::grpc_responses);
    for (path, code) in [(PATH, "0"), ("/test.Files/Other", "7")] {
        let requirements = RouteRequirements::default().route(path, Require::any_token());
        let layer = world.guard.layer().requirements(requirements.unwrap());
        let routes = layer.layer(Routes::new(Files).prepare());
        let answer = routes.oneshot(request(&world, "read")).await;
        assert_eq!(grpc(&answer.unwrap()).1, code, "{path}");
    }
}
