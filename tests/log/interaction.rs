//! `x-fapi-interaction-id` as a field of the events of a request.

use http::Request;
use sender_constraint::proof::Dpop;
use sender_constraint::require::Require;
use sender_constraint::revocation::DenyList;
use sender_constraint::{Admission, Guard, Rejection};

use crate::common::*;
use crate::events::{Event, Log};

const NAME: &str = "x-fapi-interaction-id";
const UUID: &str = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";

fn world(is_fapi2: bool) -> World {
    World::of(Key::from_seed("ES256", 0), |tokens| {
        let builder = if is_fapi2 {
            Guard::fapi2(tokens).deny_list(DenyList::default())
        } else {
            Guard::builder(tokens)
        };
        builder.dpop(Dpop::new(ORIGIN).unwrap())
    })
}

fn with_id(mut request: Request<()>, id: &'static str) -> Request<()> {
    request.headers_mut().insert(NAME, id.parse().unwrap());
    request
}

async fn check(world: &World, request: Request<()>) -> (Result<Admission, Rejection>, String) {
    let mut head = request.into_parts().0;
    let verdict = world.guard.check(&mut head).await;
    let id = head.headers.get(NAME);
    (verdict, id.map_or("", |id| id.to_str().unwrap()).to_owned())
}

fn id_of(event: &Event) -> Option<&str> {
    event.text_if_any("interaction_id")
}

#[tokio::test]
async fn fapi_13_events_have_the_identifier_of_the_response() {
    let world = world(true);
    for sent in [UUID, "not a uuid"] {
        let log = Log::listen();
        let (accepted, id) = check(&world, with_id(world.good_request(), sent)).await;
        assert_eq!(id == UUID, sent == UUID, "{id}");
        assert_eq!(id_of(&log.only_event()), Some(id.as_str()));
        let log = Log::listen();
        let unmet = accepted.unwrap().require(&Require::scopes(["admin"]));
        drop(unmet.unwrap_err());
        assert_eq!(id_of(&log.only_event()), None, "a handler has no head");
        let log = Log::listen();
        let (refused, id) = check(&world, with_id(request("DPoP stray", ""), sent)).await;
        refused.map(drop).unwrap_err();
        assert_eq!(id_of(&log.only_event()), Some(id.as_str()));
    }
}

#[tokio::test]
async fn fapi_13_other_guards_leave_the_field_of_the_client_alone() {
    let world = world(false);
    let log = Log::listen();
    let (accepted, id) = check(&world, with_id(world.good_request(), UUID)).await;
    drop(accepted.unwrap());
    assert_eq!(id, UUID);
    assert_eq!(id_of(&log.only_event()), None);
}
