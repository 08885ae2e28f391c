//! `Introspection`: the circuit breaker and the endpoint, with calls at the same time.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use sender_constraint::token::{AccessToken, Introspection, PresentedToken};
use sender_constraint::token::{TokenError, TokenVerifier as _};
use serde_json::json;
use shuttle::future::block_on;
use shuttle::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::at;
use crate::common::{AUDIENCE, ENDPOINT, ISSUER, NOW, TestClock};
use crate::explore::{explore, steps, task};

type Outcome = Result<Arc<AccessToken>, TokenError>;

#[derive(Clone, Debug, Default)]
struct Server(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_out: AtomicBool,
    calls: AtomicUsize,
    readings: AtomicUsize,
}

impl Server {
    fn response(
        &self,
        request: &OutgoingRequest,
        is_out: bool,
    ) -> Result<IncomingResponse, HttpError> {
        if is_out {
            let reason = "connection refused".to_owned();
            return Err(HttpError::Failed {
                url: request.url.clone(),
                reason,
            });
        }
        let body = if request.method == Method::POST {
            json!({"active": true, "iss": ISSUER, "aud": AUDIENCE, "exp": NOW + 60_000})
        } else {
            json!({"issuer": ISSUER, "introspection_endpoint": ENDPOINT})
        };
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, json)]);
        Ok(IncomingResponse::new(
            StatusCode::OK,
            headers,
            body.to_string().into_bytes(),
        ))
    }
}

impl HttpClient for Server {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        MaybeReady::pending(async move {
            let is_post = request.method == Method::POST;
            let counter = if is_post {
                &self.0.calls
            } else {
                &self.0.readings
            };
            counter.fetch_add(1, Ordering::SeqCst);
            let is_out = self.0.is_out.load(Ordering::SeqCst);
            steps(1).await;
            self.response(request, is_out)
        })
    }
}

async fn verify(tokens: Introspection, token: String) -> Outcome {
    tokens.verify(PresentedToken::new(&token), at(0)).await
}

fn tokens(server: &Server, clock: &TestClock) -> Introspection {
    let client = TlsClientAuth::new("client").unwrap();
    let tokens = Introspection::new(ISSUER, AUDIENCE, client, server.clone()).unwrap();
    tokens.clock(clock.clone())
}

/// While it does not answer, one call at a time finds out whether it is back, and the first answer admits all.
#[test]
fn introspection_breaker_admits_one_call_and_then_all() {
    explore(|| {
        let (server, clock) = (Server::default(), TestClock::at(NOW));
        let tokens = tokens(&server, &clock).endpoint(ENDPOINT).unwrap();
        server.0.is_out.store(true, Ordering::SeqCst);
        // Two more than open it, some of which began before.
        let failing: Vec<_> = (0..7)
            .map(|n| task(verify(tokens.clone(), format!("a{n}"))))
            .collect();
        for request in failing {
            assert!(block_on(request).unwrap().is_err());
        }
        assert!(server.0.calls.load(Ordering::SeqCst) >= 5);
        for is_out in [true, false] {
            clock.advance(60);
            server.0.is_out.store(is_out, Ordering::SeqCst);
            let before = server.0.calls.load(Ordering::SeqCst);
            let trying: Vec<_> = (0..3)
                .map(|n| task(verify(tokens.clone(), format!("b{n}{is_out}"))))
                .collect();
            let outcomes: Vec<_> = trying.into_iter().map(|it| block_on(it).unwrap()).collect();
            let calls = server.0.calls.load(Ordering::SeqCst) - before;
            if is_out {
                assert_eq!(calls, 1, "one call finds out");
            } else {
                assert!(outcomes.iter().any(Result::is_ok), "{outcomes:?}");
            }
        }
        let outcome = block_on(verify(tokens, "c".to_owned()));
        assert!(outcome.is_ok(), "the breaker stays open: {outcome:?}");
    });
}

#[test]
fn introspection_reads_the_metadata_once_for_all_that_wait() {
    explore(|| {
        let (server, clock) = (Server::default(), TestClock::at(NOW));
        let tokens = tokens(&server, &clock);
        let waiting = ["a", "b", "c"].map(|name| task(verify(tokens.clone(), name.to_owned())));
        for request in waiting {
            let outcome = block_on(request).unwrap();
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        assert_eq!(server.0.readings.load(Ordering::SeqCst), 1);
    });
}
