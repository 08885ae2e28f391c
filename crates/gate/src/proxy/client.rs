//! The connections to the upstream: pooled, over HTTP/1.1 or HTTP/2, in the clear or over TLS.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::upstream_error::UpstreamError;
use crate::body::Body;
use crate::config::{Limits, SettingError, Upstream as Settings};
use crate::progress::Progress;

/// Sends requests to the upstream.
///
/// A request that could not be written to a connection that the upstream had just closed is sent on another one: nothing
/// of it was sent. No other request is sent twice.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    response_time: Duration,
}

impl Upstream {
    pub(crate) fn new(settings: &Settings, limits: &Limits) -> Result<Self, SettingError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(settings.connect_time));
        // For an upstream that responds early, and then reads nothing more of an upload (RFC 9293 section 3.9.1). Longer
        // than the limits before a response, which have a status of their own.
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(settings.response_time + limits.idle_time));
        let connector = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls(settings)?);
        let connector = connector.https_or_http();
        let connector = if settings.is_http2 {
            connector.enable_http2().wrap_connector(tcp)
        } else {
            connector.enable_http1().wrap_connector(tcp)
        };
        let header_bytes = usize::try_from(limits.header_bytes).unwrap_or(usize::MAX);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE_TIME)
            .pool_max_idle_per_host(POOL_CONNECTIONS)
            .http2_only(settings.is_http2)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http1_max_buf_size(header_bytes)
            .set_host(false)
            .build(connector);
        Ok(Self {
            client,
            response_time: settings.response_time,
        })
    }

    /// Sends a request, and waits for the head of its response. `progress` is that of its body.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        progress: &Progress,
    ) -> Result<Response<Incoming>, UpstreamError> {
        let limit = self.response_time;
        let response = within(limit, progress, self.client.request(request)).await;
        let response = response.ok_or(UpstreamError::TimedOut(limit))?;
        response.map_err(|error| match progress.failure() {
            Some(failure) => UpstreamError::Request(failure),
            None if error.is_connect() => UpstreamError::Connect(error),
            None => UpstreamError::Response(error),
        })
    }
}

/// Waits for a response. The limit counts only while the upstream has to act: after it has received the whole request, or
/// while it reads nothing of it. The time of a long upload is the client's, whose silence has a limit of its own.
async fn within<R>(
    limit: Duration,
    progress: &Progress,
    response: impl Future<Output = R>,
) -> Option<R> {
    tokio::select! {
        biased;
        response = response => Some(response),
        () = progress.stalled(limit) => None,
    }
}

fn tls(settings: &Settings) -> Result<ClientConfig, SettingError> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = &settings.ca {
        file.read(|path| {
            let unread = |error| format!("{path:?}: {error}");
            let authorities = CertificateDer::pem_file_iter(path).map_err(unread)?;
            for authority in authorities {
                let authority = authority.map_err(unread)?;
                roots
                    .add(authority)
                    .map_err(|error| format!("{path:?}: {error}"))?;
            }
            if roots.is_empty() {
                return Err(format!("{path:?} has no certificate"));
            }
            Ok(())
        })?;
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.map_err(|error| settings.url.refuse(error))?;
    Ok(tls.with_root_certificates(roots).with_no_client_auth())
}

/// Less than upstreams usually keep idle connections (60 to 75 s), so that it is the gate that closes them.
const POOL_IDLE_TIME: Duration = Duration::from_secs(30);
const POOL_CONNECTIONS: usize = 256;
const PING_INTERVAL: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_limit_of_a_response_does_not_count_the_upload() {
        let (limit, start) = (Duration::from_secs(60), Instant::now());
        let progress = Progress::of_reader();
        let upload = async {
            progress.wait_for_sender();
            sleep(10 * limit).await;
            progress.wait_for_reader();
            sleep(limit - Duration::from_secs(1)).await;
        };
        assert_eq!(within(limit, &progress, upload).await, Some(()));
        assert_eq!(start.elapsed(), 11 * limit - Duration::from_secs(1));
        let silent = within(limit, &progress, pending::<()>()).await;
        assert_eq!(silent, None);
        assert_eq!(start.elapsed(), 11 * limit);
    }
}
