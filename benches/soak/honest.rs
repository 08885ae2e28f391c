//! Honest clients: at a fixed rate, each request with a proof of its own, signed when it is due.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::{Request, Response, StatusCode};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::client::{Fault, Issuer, proof};
use crate::connections::{Body, Connections, Trouble};
use crate::holder::Holder;
use crate::program::Targets;
use crate::tally::Tally;

pub(crate) struct Honest {
    issuer: Arc<Issuer>,
    targets: Targets,
    /// Whether the program reads bodies.
    uploads: bool,
    clients: Vec<Holder>,
    pub(crate) connections: Connections,
}

impl Honest {
    pub(crate) fn new(
        issuer: &Arc<Issuer>,
        targets: &Targets,
        uploads: bool,
        clients: u32,
        token_life: u64,
    ) -> Self {
        let life = Duration::from_secs(token_life);
        let client = |number| Holder::new(&format!("honest-{number}"), life);
        Self {
            issuer: Arc::clone(issuer),
            targets: targets.clone(),
            uploads,
            clients: (0..clients).map(client).collect(),
            connections: Connections::new(&targets.accounts),
        }
    }

    /// Sends `rate` requests per second until `end`, and returns when all are answered or lost.
    pub(crate) async fn run(
        self: &Arc<Self>,
        rate: u32,
        tally: &Arc<Tally>,
        end: impl Future<Output = ()>,
    ) {
        let mut ticks = interval(Duration::from_secs(1) / rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (mut end, mut requests) = (pin!(end), JoinSet::new());
        for number in 0.. {
            let due = tokio::select! {
                biased;
                () = end.as_mut() => break,
                due = ticks.tick() => due,
            };
            let (honest, tally) = (Arc::clone(self), Arc::clone(tally));
            requests.spawn(async move { honest.send(number, due, &tally).await });
            while requests.try_join_next().is_some() {}
        }
        requests.join_all().await;
    }

    /// Sends one request, the answer of which is counted.
    pub(crate) async fn send(&self, number: usize, due: Instant, tally: &Tally) {
        let Some(client) = self.clients.get(number % self.clients.len().max(1)) else {
            return;
        };
        let is_upload = self.uploads && number % 4 == 3;
        let is_http2 = number.is_multiple_of(3);
        let request = match self.request(client, is_upload, is_http2) {
            Ok(request) => request,
            Err(error) => return tally.fail(error.to_string()),
        };
        let sent = async {
            if is_http2 {
                self.connections.send_http2(number, request).await
            } else {
                self.connections.send_http1(request).await
            }
        };
        match timeout(PATIENCE, sent).await {
            Err(_) => tally.fail(format!("no response in {} s", PATIENCE.as_secs())),
            Ok(Err(Trouble::Unconnected(error))) => tally.no_connection(error),
            Ok(Err(Trouble::Lost(error))) => tally.fail(error),
            Ok(Ok(response)) => match judge(&client.subject, &response, is_upload) {
                Ok(()) => tally.answer(due.elapsed()),
                Err(trouble) => tally.fail(trouble),
            },
        }
    }

    fn request(
        &self,
        client: &Holder,
        is_upload: bool,
        is_http2: bool,
    ) -> http::Result<Request<Body>> {
        let (method, target, body) = match is_upload {
            true => ("POST", &self.targets.upload, vec![b'u'; UPLOAD_BYTES]),
            false => ("GET", &self.targets.accounts, Vec::new()),
        };
        let token = client.token(&self.issuer);
        let proof = proof(&client.key, &token, method, &target.uri(), Fault::None);
        let request = Request::builder()
            .method(method)
            .header(AUTHORIZATION, format!("DPoP {token}"))
            .header("dpop", proof);
        let request = match is_http2 {
            true => request.uri(target.uri()),
            false => request.uri(target.path()).header(HOST, target.authority()),
        };
        request.body(Body::new(Bytes::from(body)))
    }
}

/// Whether the response is for this client, and its body has arrived.
fn judge(subject: &str, response: &Response<Bytes>, is_upload: bool) -> Result<(), String> {
    let status = response.status();
    if status != StatusCode::OK {
        return Err(format!("answered with {status}"));
    }
    let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if answer.get("sub") != Some(&subject.into()) {
        return Err("answered for another subject".to_owned());
    }
    if is_upload && answer.get("bytes") != Some(&UPLOAD_BYTES.into()) {
        return Err("the body did not arrive as it was sent".to_owned());
    }
    Ok(())
}

const PATIENCE: Duration = Duration::from_secs(30);
const UPLOAD_BYTES: usize = 16 * 1024;
