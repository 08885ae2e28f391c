//! P16: the whole check of an introspected token whose result is cached, by the bare verification.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use sender_constraint::Guard;
use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use sender_constraint::token::Introspection;
use tokio::runtime::Runtime;

use crate::Effort;
use crate::checks::{Floor, clients};
use crate::goal::Goal;
use crate::mint::{AUDIENCE, ISSUER, Work, now};
use crate::rounds::{Variant, run};
use crate::world::{Turning, dpop, good_checks, guard};

/// The tokens are those of P3, which the introspection does not read.
pub fn goal(effort: Effort) -> Goal {
    let work = Work::with_jwts(effort.proofs, clients(CLIENTS));
    let store = Arc::new(Turning::default());
    let introspecting = guard(introspection(&work), dpop(&store));
    introduce(&introspecting, &store, &work);
    let floor = Floor::of(&work);
    let whole = |block: Range<usize>| {
        store.turn();
        good_checks(&introspecting, &work, block)
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("whole check", whole),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P16: the whole check, result of the introspection cached, known sender");
    let ratio = measured.ratio("whole check", "verify");
    Goal::new(16).at_most("introspected ", ratio, 1.03, "")
}

/// Its results are kept for longer than the run takes.
fn introspection(work: &Work) -> Introspection {
    let client = TlsClientAuth::new("rs").expect("a client");
    let tokens = Introspection::new(ISSUER, AUDIENCE, client, Server::of(work)).expect("an issuer");
    let tokens = tokens.endpoint(&format!("{ISSUER}/introspect"));
    let kept = tokens
        .expect("an endpoint")
        .cache(|cache| cache.max_age(KEPT));
    kept.expect("a cache")
}

/// The first request of each client starts a call, which needs a runtime; the next ones do not wait.
fn introduce(guard: &Guard, store: &Turning, work: &Work) {
    let runtime = Runtime::new().expect("a runtime");
    store.turn();
    for case in work.cases.iter().take(work.clients.len()) {
        let _ = runtime
            .block_on(guard.check(&mut case.head()))
            .expect("a good request");
    }
}

/// Responses by the token's form parameter.
#[derive(Debug)]
struct Server(HashMap<String, String>);

impl Server {
    fn of(work: &Work) -> Self {
        let response = |client: usize| {
            let jkt = work.clients[client].thumbprint();
            let exp = now() + 3600;
            format!(
                r#"{{"active":true,"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"{jkt}","client_id":"{jkt}","exp":{exp},"token_type":"DPoP","cnf":{{"jkt":"{jkt}"}}}}"#
            )
        };
        let cases = work.cases.iter().take(work.clients.len());
        let responses = cases.map(|case| (format!("token={}", case.token), response(case.client)));
        Self(responses.collect())
    }
}

impl HttpClient for Server {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        let form = str::from_utf8(&request.body).expect("a form");
        let token = form.split('&').next().expect("a parameter");
        let body = self.0[token].clone().into_bytes();
        let headers = [("content-type", "application/json")].map(|(name, value)| {
            let name = name.parse().expect("a name");
            (name, value.parse().expect("a value"))
        });
        let headers = HeaderMap::from_iter(headers);
        MaybeReady::ready(Ok(IncomingResponse::new(StatusCode::OK, headers, body)))
    }
}

const CLIENTS: usize = 64;
const KEPT: Duration = Duration::from_secs(300);
