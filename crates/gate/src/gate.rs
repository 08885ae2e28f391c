//! The gate: a guard, and what becomes of the requests that it accepts. Replaced as a whole when the configuration is
//! read again.

use std::sync::{Arc, PoisonError, RwLock};

use http::header::CONNECTION;
use http::{HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use sender_constraint::time::Clock;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::body::Body;
use crate::config::{Config, Limits, Mode, Protocol, SettingError};
use crate::ext_authz::ExtAuthz;
use crate::forward_auth::{Decider, ForwardAuth, authorize};
use crate::guard::Parts;
use crate::identity::IdentityFields;
use crate::malformed::malformed;
use crate::proxy::{Proxy, Upstream, forward};
use crate::request_span;
use crate::response::with_status;
use crate::server::{ConnectionPermit, Handshakes, Phase, ServerCertificate};

#[derive(Debug)]
pub(crate) struct Gate {
    config: Config,
    parts: Parts,
    identity: IdentityFields,
    handler: Handler,
}

#[derive(Debug)]
enum Handler {
    ExtAuthz(Box<ExtAuthz>),
    ForwardAuth(Box<ForwardAuth>),
    Proxy(Box<Proxy>),
}

impl Gate {
    /// Builds a gate. What its settings leave unchanged is taken from `before`.
    pub(crate) async fn build(
        config: Config,
        before: Option<&Self>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, SettingError> {
        // A wrong setting is an error also while an issuer or Redis does not answer. Warnings follow once.
        let checked = Self::check(config.clone(), before);
        checked.with_subscriber(NoSubscriber::default()).await?;
        let parts = Parts::build(&config, before.map(|before| &before.parts), clock).await?;
        Self::with_parts(config, parts, before)
    }

    /// Builds one without the network, to find out whether the configuration is valid.
    pub(crate) async fn check(config: Config, before: Option<&Self>) -> Result<Self, SettingError> {
        let parts = Parts::check(&config, before.map(|before| &before.parts)).await?;
        if let Some(tls) = &config.server.tls {
            Handshakes::new(tls, ServerCertificate::read(tls)?)?;
        }
        Self::with_parts(config, parts, before)
    }

    fn with_parts(
        config: Config,
        parts: Parts,
        before: Option<&Self>,
    ) -> Result<Self, SettingError> {
        let identity = IdentityFields::new(&config.identity)?;
        let handler = match &config.mode {
            Mode::ForwardAuth(settings) => match &settings.protocol {
                Protocol::Grpc(proxy) => {
                    let service = ExtAuthz::new(&config, settings, proxy, identity.clone())?;
                    Handler::ExtAuthz(Box::new(service))
                }
                Protocol::Http(original) => {
                    let decider = Decider::new(settings, identity.clone())?;
                    let service = ForwardAuth::new(decider, original.clone());
                    Handler::ForwardAuth(Box::new(service))
                }
            },
            Mode::Proxy { upstream, public } => {
                let kept = before.and_then(|before| before.upstream_of(&config));
                let client = match kept {
                    Some(kept) => kept,
                    None => Upstream::new(upstream, &config.limits)?,
                };
                let settings = (upstream, public);
                let proxy = Proxy::new(&config, settings, client, identity.clone(), &parts)?;
                Handler::Proxy(Box::new(proxy))
            }
        };
        Ok(Self {
            config,
            parts,
            identity,
            handler,
        })
    }

    /// The connections to the upstream, if no setting of theirs changed.
    fn upstream_of(&self, config: &Config) -> Option<Upstream> {
        match (&self.config.mode, &config.mode, &self.handler) {
            (
                Mode::Proxy { upstream, .. },
                Mode::Proxy {
                    upstream: settings, ..
                },
                Handler::Proxy(proxy),
            ) if upstream == settings && self.config.limits == config.limits => {
                Some(proxy.upstream().clone())
            }
            _ => None,
        }
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.config.limits
    }

    pub(crate) const fn parts(&self) -> &Parts {
        &self.parts
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.parts
            .readiness()
            .iter()
            .all(|issuer| issuer.is_ready())
    }

    pub(crate) fn jwks(&self) -> String {
        self.identity.jwks()
    }

    /// hyper counts the fields of HTTP/1.1 alone; of HTTP/2 it limits the bytes.
    fn excessive<B>(&self, request: &Request<B>) -> Option<StatusCode> {
        let number = u64::try_from(request.headers().len()).unwrap_or(u64::MAX);
        (number > self.limits().headers).then_some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    }

    /// Answers a request.
    pub(crate) async fn respond(
        &self,
        request: Request<Incoming>,
        permit: &ConnectionPermit,
    ) -> Response<Body> {
        let span = match &self.handler {
            Handler::Proxy(_) => request_span::of(request.method(), request.uri()),
            Handler::ExtAuthz(_) | Handler::ForwardAuth(_) => {
                request_span::of_authorization_request()
            }
        };
        let response = async {
            if let Some(status) = malformed(&request).or_else(|| self.excessive(&request)) {
                let mut response = with_status(status);
                if request.version() < Version::HTTP_2 {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(CONNECTION, close);
                }
                return response;
            }
            match &self.handler {
                Handler::ExtAuthz(service) => {
                    let (guard, peer) = (&self.parts.guard, permit.peer());
                    let is_ready = || permit.phase() == Phase::Serving && self.is_ready();
                    service.respond(guard, request, peer, is_ready).await
                }
                Handler::Proxy(proxy) => forward(proxy, &self.parts.guard, request, permit).await,
                Handler::ForwardAuth(service) => {
                    let (head, _) = request.into_parts();
                    authorize(service, &self.parts.guard, head, permit.peer()).await
                }
            }
        };
        response.instrument(span).await
    }
}

/// The gate that serves the next request.
#[derive(Debug)]
pub(crate) struct CurrentGate(RwLock<Arc<Gate>>);

impl CurrentGate {
    pub(crate) fn new(gate: Gate) -> Self {
        Self(RwLock::new(Arc::new(gate)))
    }

    pub(crate) fn gate(&self) -> Arc<Gate> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Requests under way end with the previous one.
    pub(crate) fn replace(&self, gate: Gate) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(gate);
    }
}
