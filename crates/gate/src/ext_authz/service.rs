//! Answers calls of trusted peers. Whatever is in doubt is denied, and not left to `failure_mode_allow` of Envoy.

use std::time::Duration;

use http::{HeaderName, Request, Response, StatusCode};
use hyper::body::Incoming;
use sender_constraint::Guard;
use sender_constraint::cert::Peer;

use super::call::{CallStatus, is_call, read, with_message, without_message};
use super::check_error::CheckError;
use super::health::{self, HEALTH};
use super::messages::CheckResponse;
use super::original::{certificate_of, restore};
use crate::body::Body;
use crate::config::{CertificateSource, Config, ForwardAuth as Settings, Setting, SettingError};
use crate::forward_auth::{Decider, Decision};
use crate::identity::IdentityFields;
use crate::log_limit::limited;
use crate::proxy::RemovedFields;
use crate::request_span;
use crate::response::with_status;

/// The settings of the service, as a call needs them.
#[derive(Debug)]
pub(crate) struct ExtAuthz {
    decider: Decider,
    /// The fields that only the gate sets, for the upstream.
    identity: Vec<HeaderName>,
    removed: RemovedFields,
    reads_certificates: bool,
    message_bytes: usize,
    headers: usize,
    time: Duration,
}

impl ExtAuthz {
    pub(crate) fn new(
        config: &Config,
        settings: &Settings,
        _proxy: &Setting<()>,
        identity: IdentityFields,
    ) -> Result<Self, SettingError> {
        let names: Vec<_> = identity.names().cloned().collect();
        let limits = &config.limits;
        let header_bytes = usize::try_from(limits.header_bytes).unwrap_or(usize::MAX);
        let source = config.certificates.source.as_ref();
        Ok(Self {
            removed: RemovedFields::by_the_proxy_in_front(&names),
            identity: names,
            reads_certificates: source == Some(&CertificateSource::Connection),
            message_bytes: header_bytes.saturating_add(OTHER_BYTES),
            headers: usize::try_from(limits.headers).unwrap_or(usize::MAX),
            time: limits.header_time,
            decider: Decider::new(settings, identity)?,
        })
    }

    /// Answers a request, which is a call if Envoy sent it. `is_ready` is for its health checks.
    pub(crate) async fn respond(
        &self,
        guard: &Guard,
        request: Request<Incoming>,
        peer: &Peer,
        is_ready: impl FnOnce() -> bool,
    ) -> Response<Body> {
        if !is_call(&request) {
            return with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        if !self.decider.trusts(peer) {
            return without_message(CallStatus::PermissionDenied, "not a trusted peer");
        }
        match request.uri().path() {
            CHECK => {}
            HEALTH => return health::respond(request.into_body(), self.time, is_ready()).await,
            _ => {
                let expected = "expected Authorization/Check or Health/Check";
                return without_message(CallStatus::Unimplemented, expected);
            }
        }
        let checked = self.check(guard, request.into_body(), peer).await;
        let response = checked.unwrap_or_else(|reason| {
            log(&reason, peer);
            CheckResponse::without_decision(reason.status())
        });
        with_message(&response)
    }

    async fn check(
        &self,
        guard: &Guard,
        body: Incoming,
        peer: &Peer,
    ) -> Result<CheckResponse, CheckError> {
        let message = read(body, self.message_bytes, self.time).await?;
        let (mut head, certificate) = restore(message, self.headers)?;
        request_span::record(&head.method, &head.uri);
        head.extensions.insert(self.client_of(peer, &certificate)?);
        let sent: Vec<_> = head.headers.keys().cloned().collect();
        let response = match self.decider.decide(guard, &mut head).await {
            Decision::Refused(response) => CheckResponse::refused(&response),
            Decision::Accepted { identity, response } => {
                self.removed.remove_from(&mut head.headers);
                let is_removed = |name: &&HeaderName| !head.headers.contains_key(*name);
                let removed = sent
                    .iter()
                    .filter(is_removed)
                    .chain(&self.identity)
                    .cloned();
                CheckResponse::accepted(&identity, removed, &response)
            }
        };
        response.ok_or(CheckError::NotAscii)
    }

    /// The peer of the original request: the address is Envoy's, and the certificate that of Envoy's client, never
    /// Envoy's own.
    fn client_of(&self, peer: &Peer, certificate: &str) -> Result<Peer, CheckError> {
        let client = peer.address().map_or_else(Peer::unix, Peer::tcp);
        if !self.reads_certificates {
            return Ok(client);
        }
        Ok(match certificate_of(certificate)? {
            Some(certificate) => client.with_certificate(certificate),
            None => client,
        })
    }
}

/// Logs whether the client, Envoy's message, or the gate's own response is the reason.
fn log(reason: &CheckError, peer: &Peer) {
    if let CheckError::NotAscii = reason {
        limited!(error, %peer, %reason, "the response cannot be sent to Envoy");
    } else if reason.status().is_client_error() {
        limited!(warn, %peer, %reason, "the original request cannot be read");
    } else {
        limited!(error, %peer, %reason, "the original request is unknown");
    }
}

const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

/// Of a message, besides `limits.header_bytes`: the certificate, and what the message says twice.
const OTHER_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(reason: &CheckError) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || log(reason, &Peer::unix()));
        String::from_utf8(captured.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn events_name_what_failed() {
        for (reason, level, expected) in [
            (
                CheckError::NotAscii,
                "ERROR",
                "the response cannot be sent to Envoy",
            ),
            (
                CheckError::Malformed("http.path"),
                "WARN",
                "the original request cannot be read",
            ),
            (
                CheckError::Framing,
                "ERROR",
                "the original request is unknown",
            ),
        ] {
            let text = logged(&reason);
            assert_eq!(text.lines().count(), 1, "{text}");
            assert!(text.contains(level) && text.contains(expected), "{text}");
            assert!(text.contains(&reason.to_string()), "{text}");
        }
    }
}
