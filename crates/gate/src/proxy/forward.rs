//! One request: checked and forwarded, and its response.

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body::Body as _;
use hyper::body::Incoming;
use sender_constraint::cert::Peer;
use sender_constraint::{Admission, Guard};

use super::ending::End;
use super::request::{as_bearer, is_websocket};
use super::settings::Proxy;
use super::{ending, response, upgrade};
use crate::body::{Body, Source, relayed};
use crate::config::Credentials;
use crate::log_limit::limited;
use crate::progress::Progress;
use crate::response::{refused, with_status};
use crate::server::ConnectionPermit;

/// Answers a request.
pub(crate) async fn forward(
    proxy: &Proxy,
    guard: &Guard,
    request: Request<Incoming>,
    permit: &ConnectionPermit,
) -> Response<Body> {
    let mut request = request;
    let client = hyper::upgrade::on(&mut request);
    let (mut head, body) = request.into_parts();
    let admission = if proxy.is_public(head.uri.path()) {
        remove_credentials(&mut head);
        None
    } else {
        match admit(proxy, guard, &mut head).await {
            Ok(admission) => Some(admission),
            Err(response) => return *response,
        }
    };
    let is_websocket = !proxy.template.is_http2() && is_websocket(&head, !body.is_end_stream());
    match send(
        proxy,
        head,
        body,
        admission.as_ref(),
        permit.peer(),
        is_websocket,
    )
    .await
    {
        Ok(response) => {
            let ended = admission.as_ref().filter(|_| proxy.ends_with_token);
            let end = ended.map(|it| -> End { Box::pin(guard.access_end(it.access())) });
            let accepted = Accepted {
                client,
                admission,
                end,
            };
            respond(proxy, response, accepted, permit, is_websocket)
        }
        Err(status) => with_status(status),
    }
}

/// The guard's verdict. A request that passes has neither credentials nor certificates left, unless the configuration
/// keeps them.
async fn admit(
    proxy: &Proxy,
    guard: &Guard,
    head: &mut Parts,
) -> Result<Admission, Box<Response<Body>>> {
    let bearer = match proxy.credentials {
        Credentials::Bearer => as_bearer(&head.headers),
        Credentials::Keep | Credentials::Remove => None,
    };
    match guard.check(head).await {
        Ok(admission) => {
            if let Some(bearer) = bearer {
                head.headers.insert(AUTHORIZATION, bearer);
            }
            Ok(admission)
        }
        Err(rejection) => Err(Box::new(refused(guard, &rejection, head))),
    }
}

async fn send(
    proxy: &Proxy,
    mut head: Parts,
    body: Incoming,
    admission: Option<&Admission>,
    peer: &Peer,
    is_websocket: bool,
) -> Result<Response<Incoming>, StatusCode> {
    // The upstream learns nothing of the gate's own extensions.
    head.extensions.clear();
    let template = &proxy.template;
    let Some(origin) = template.origin_of(&head, peer) else {
        tracing::debug!("the host is none of `origins`");
        return Err(StatusCode::MISDIRECTED_REQUEST);
    };
    if template
        .apply(&mut head, origin, peer, is_websocket)
        .is_none()
    {
        return Err(StatusCode::BAD_REQUEST);
    }
    if let Some(admission) = admission {
        proxy
            .identity
            .write(admission.access(), &mut head.headers)?;
    }
    let (removed, progress) = (template.removed(), Progress::of_reader());
    let source = Source::new(body);
    let body = relayed(
        source.clone(),
        proxy.idle,
        progress.clone(),
        move |trailers| {
            removed.remove_from(trailers);
            remove_secrets(trailers);
        },
    );
    let request = Request::from_parts(head, body);
    let sent = proxy.upstream.send(request, &progress).await;
    // The limit of the response applies no more.
    if sent.is_ok() && source.is_being_read() {
        tokio::spawn(source.drop_when_stalled(proxy.idle, progress));
    }
    sent.map_err(|error| error.report())
}

/// What the response to an accepted request needs.
struct Accepted {
    client: hyper::upgrade::OnUpgrade,
    admission: Option<Admission>,
    end: Option<End>,
}

fn respond(
    proxy: &Proxy,
    response: Response<Incoming>,
    accepted: Accepted,
    permit: &ConnectionPermit,
    is_websocket: bool,
) -> Response<Body> {
    let Accepted {
        client,
        admission,
        end,
    } = accepted;
    let finish = |mut response: Response<Body>| {
        proxy.certificates.remove_from(response.headers_mut());
        if let Some(admission) = admission {
            admission.finish(response.headers_mut());
        }
        response
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        let switched = is_websocket.then(|| upgrade::switch(response, client, permit.clone(), end));
        return switched.flatten().map(finish).unwrap_or_else(|| {
            limited!(
                warn,
                "the upstream switched to a protocol that was not requested"
            );
            with_status(StatusCode::BAD_GATEWAY)
        });
    }
    let (mut head, body) = response.into_parts();
    if !response::is_well_framed(&head) {
        limited!(
            warn,
            "the upstream sent another transfer coding than `chunked`, or a length besides"
        );
        return finish(with_status(StatusCode::BAD_GATEWAY));
    }
    if !response::clean(&mut head) {
        limited!(
            warn,
            "the upstream responded with 401 without a challenge that concerns the client: let it accept the identity \
             headers"
        );
        return finish(with_status(StatusCode::BAD_GATEWAY));
    }
    head.version = http::Version::default();
    head.extensions.clear();
    let body = relayed(
        Source::new(body),
        proxy.idle,
        Progress::of_sender(),
        response::clean_trailers,
    );
    let body = ending::until(body, &head.headers, end);
    finish(Response::from_parts(head, body))
}

/// Credentials for this gate, on a path that it does not check.
fn remove_credentials(head: &mut Parts) {
    remove_secrets(&mut head.headers);
}

fn remove_secrets(headers: &mut http::HeaderMap) {
    headers.remove(AUTHORIZATION);
    headers.remove("dpop");
}
