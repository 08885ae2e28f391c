//! The client's certificate from a header that a trusted proxy sets (RFC 9440 sections 2 and 4).

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::error::CertError;
use super::header_format::HeaderFormat;
use super::missing::MissingCertificate;
use super::peer::Peer;
use super::presented::PresentedCert;
use super::rfc9440::{self, CLIENT_CERT, CLIENT_CERT_CHAIN};
use super::source::CertSource;
use super::trusted_peers::TrustedPeers;
use crate::config_error::ConfigError;

/// Reads the client's certificate from a header, in one format, and only from trusted peers.
///
/// The same header from other peers is ignored, and so is the certificate of the connection itself, which is the
/// proxy's. All of these headers are removed before the inner service sees the request. However, the guard never
/// touches the body, and tonic merges the trailers of unary calls into their metadata: there an authorised client can
/// present the inner service with a certificate header of its choice. Trust only [`Access`](crate::Access).
///
/// # Deployment
///
/// The guard must know which peer connected: with axum, serve `app.into_make_service_with_connect_info::<Peer>()`;
/// other listeners insert [`Peer`] into the extensions of each request. A request with the header from an unknown peer
/// is answered with 500.
///
/// The proxy must remove or overwrite the header that a client sends, even if the client has no certificate, and must
/// request certificates and verify that the client holds the key. This crate cannot detect whether it does. Test it:
/// send, through the proxy and without a certificate, the header with another client's certificate; a token bound to
/// that certificate must be refused. Proxies that resume TLS sessions must forward the certificate on resumed sessions
/// too.
///
/// ```
/// use http::HeaderName;
/// use sender_constraint::cert::{Forwarded, TrustedPeers};
///
/// // nginx: proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
/// let proxies = TrustedPeers::networks(["10.0.0.7", "10.1.0.0/16"])?;
/// let source = Forwarded::percent_encoded_pem(HeaderName::from_static("x-client-cert"), proxies)?;
/// # drop(source);
/// # Ok::<(), sender_constraint::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Forwarded {
    form: HeaderFormat,
    header: HeaderName,
    peers: TrustedPeers,
    presence: Option<(HeaderName, HeaderValue)>,
    removed: Vec<HeaderName>,
    rejects_untrusted_peers: bool,
}

impl Forwarded {
    /// Reads `header` in this format from these peers; without `header`, the format's usual one, if it has one.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NoCertificateHeader`] if the format has no usual header and none is given, and
    /// [`ConfigError::CertificateHeader`] if the name has `_`, or is `authorization`, `cookie`, `dpop` or `host`.
    pub fn new(
        form: HeaderFormat,
        header: Option<HeaderName>,
        peers: TrustedPeers,
    ) -> Result<Self, ConfigError> {
        let header = header
            .or_else(|| form.usual_header())
            .ok_or_else(|| ConfigError::NoCertificateHeader(form.name()))?;
        // Nor a header that has another meaning in every request.
        let is_taken = ["authorization", "cookie", "dpop", "host"].contains(&header.as_str());
        if is_taken || header.as_str().contains('_') {
            return Err(ConfigError::CertificateHeader(header.to_string()));
        }
        Ok(Self::of(form, header, peers))
    }

    /// Expects a certificate only if `header` has this value, as Google Cloud's `{client_cert_present}` has `true`. The
    /// certificate is then required. The value is not a secret, and cannot authenticate a proxy.
    #[must_use]
    pub fn only_if(mut self, header: HeaderName, value: HeaderValue) -> Self {
        self.removed.push(header.clone());
        self.presence = Some((header, value));
        self
    }

    /// Also removes this header from requests: for other headers that the proxy sets.
    #[must_use]
    pub fn strip_header(mut self, header: HeaderName) -> Self {
        self.removed.push(header);
        self
    }

    /// Refuses a request with one of the headers from an untrusted peer, instead of ignoring the headers.
    #[must_use]
    pub const fn reject_untrusted_peers(mut self) -> Self {
        self.rejects_untrusted_peers = true;
        self
    }

    /// `header` is known to be usable.
    pub(super) fn of(form: HeaderFormat, header: HeaderName, peers: TrustedPeers) -> Self {
        let mut removed = vec![header.clone()];
        if form == HeaderFormat::Rfc9440 {
            removed.push(CLIENT_CERT_CHAIN);
        }
        Self {
            form,
            removed,
            header,
            peers,
            presence: None,
            rejects_untrusted_peers: false,
        }
    }

    fn read(&self, headers: &HeaderMap) -> Result<Option<PresentedCert>, CertError> {
        if let Some((name, expected)) = &self.presence
            && single(headers, name)? != Some(expected)
        {
            return Ok(None);
        }
        let certificate = match single(headers, &self.header)? {
            None => None,
            Some(value) => self.form.read(within_limit(value.as_bytes())?)?,
        };
        if certificate.is_none() && self.presence.is_some() {
            return Err(CertError::NotForwarded);
        }
        if self.header == CLIENT_CERT && self.form == HeaderFormat::Rfc9440 {
            check_chain(headers, certificate.is_some())?;
        }
        Ok(certificate)
    }
}

impl CertSource for Forwarded {
    fn certificate(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        if self.peers.include_peer_of(&head.extensions) {
            return self.read(&head.headers);
        }
        let carries = self
            .removed
            .iter()
            .any(|name| head.headers.contains_key(name));
        if carries && Peer::from_extensions(&head.extensions).is_none() {
            return Err(CertError::UnknownPeer);
        }
        if carries && self.rejects_untrusted_peers {
            return Err(CertError::UntrustedPeer);
        }
        Ok(None)
    }

    fn explain_missing(&self, head: &Parts) -> MissingCertificate {
        let header = self.header.clone();
        match Peer::from_extensions(&head.extensions) {
            None => MissingCertificate::UnknownPeer { header },
            Some(peer) if self.peers.include_peer_of(&head.extensions) => {
                let peer = peer.to_string();
                MissingCertificate::NotForwarded { header, peer }
            }
            Some(peer) => MissingCertificate::UntrustedPeer {
                is_present: head.headers.contains_key(&header),
                header,
                peer: peer.to_string(),
                trusted: self.peers.to_string(),
            },
        }
    }

    fn describe(&self) -> Option<String> {
        let (header, format) = (&self.header, self.form.name());
        Some(format!(
            "read from the header `{header}` as `{format}`; configure with `Forwarded`"
        ))
    }

    fn headers(&self) -> &[HeaderName] {
        &self.removed
    }
}

/// RFC 9440 section 2.3: a chain requires a certificate; several header lines form one list.
fn check_chain(headers: &HeaderMap, has_certificate: bool) -> Result<(), CertError> {
    let lines: Vec<_> = headers
        .get_all(CLIENT_CERT_CHAIN)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    if !has_certificate {
        return Err(CertError::ChainWithoutCertificate);
    }
    rfc9440::check_chain(within_limit(&lines.join(&b','))?)
}

fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, CertError> {
    let mut fields = headers.get_all(name).iter();
    let field = fields.next();
    match fields.next() {
        None => Ok(field),
        Some(_) => Err(CertError::Repeated),
    }
}

fn within_limit(value: &[u8]) -> Result<&[u8], CertError> {
    if value.len() > MAX_HEADER_BYTES {
        return Err(CertError::HeaderTooLarge {
            length: value.len(),
            limit: MAX_HEADER_BYTES,
        });
    }
    Ok(value)
}

/// A certificate of the largest accepted size, in base64.
const MAX_HEADER_BYTES: usize = 24 * 1024;
