//! An authorization server that returns what the input says, whatever it is asked for.

use std::sync::{Arc, Mutex};

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};

/// Responses in their order; the last one for ever.
#[derive(Clone, Debug, Default)]
pub(crate) struct Net(Arc<State>);

#[derive(Debug, Default)]
struct State {
    responses: Mutex<Vec<(u16, &'static str, Vec<u8>)>>,
    urls: Mutex<Vec<String>>,
}

impl Net {
    pub(crate) fn answering(responses: Vec<(u16, &'static str, Vec<u8>)>) -> Self {
        let net = Self::default();
        *net.0.responses.lock().expect("a lock") = responses;
        net
    }

    /// What was requested.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.0.urls.lock().expect("a lock").clone()
    }
}

impl HttpClient for Net {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        self.0
            .urls
            .lock()
            .expect("a lock")
            .push(request.url.clone());
        let mut responses = self.0.responses.lock().expect("a lock");
        let (status, kind, body) = match responses.len() {
            0 => (404, "", Vec::new()),
            1 => responses[0].clone(),
            _ => responses.remove(0),
        };
        let mut headers = HeaderMap::new();
        if !kind.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        MaybeReady::ready(Ok(IncomingResponse::new(status, headers, body)))
    }
}
