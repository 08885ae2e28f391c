//! The public origin that a request is for, as the upstream learns it.

use http::HeaderValue;
use http::header::{HOST, HeaderName};
use http::request::Parts;
use sender_constraint::cert::{Peer, TrustedPeers};

use crate::config::{Fields, Proofs, SettingError};

/// One of the configured origins.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) host: HeaderValue,
    pub(super) proto: HeaderValue,
    /// The host with and without the default port, in lower case.
    names: [String; 2],
}

/// The configured origins, and who may state which one the client addressed.
#[derive(Clone, Debug)]
pub(super) struct Origins {
    first: Origin,
    others: Vec<Origin>,
    forwarded: Option<(Fields, TrustedPeers)>,
}

impl Origins {
    pub(super) fn new(proofs: &Proofs) -> Result<Self, SettingError> {
        let forwarded = proofs.forwarded.as_ref().map(|forwarded| {
            let peers = forwarded.trusted_peers.trusted()?;
            Ok::<_, SettingError>((forwarded.fields.value, peers))
        });
        let others = proofs.other_origins.iter();
        Ok(Self {
            first: Origin::of(&proofs.origin.value),
            others: others.map(|origin| Origin::of(&origin.value)).collect(),
            forwarded: forwarded.transpose()?,
        })
    }

    /// The only one, or the one that the host names. The guard has checked the fields of a trusted peer where there was a
    /// proof; whatever they say, nothing but a configured origin is found.
    pub(super) fn of(&self, head: &Parts, peer: &Peer) -> Option<&Origin> {
        if self.others.is_empty() {
            return Some(&self.first);
        }
        let host = self.host(head, peer)?.to_ascii_lowercase();
        std::iter::once(&self.first)
            .chain(&self.others)
            .find(|origin| origin.names.contains(&host))
    }

    fn host<'a>(&self, head: &'a Parts, peer: &Peer) -> Option<&'a str> {
        let field = |name: HeaderName| head.headers.get(name)?.to_str().ok();
        match &self.forwarded {
            Some((fields, peers)) if peers.contains(peer) => match fields {
                Fields::Rfc7239 => host_of(first_of(field(http::header::FORWARDED)?)?),
                Fields::XForwarded => first_of(field(HeaderName::from_static("x-forwarded-host"))?),
            },
            _ => {
                let authority = head.uri.authority().map(http::uri::Authority::as_str);
                authority.or_else(|| field(HOST))
            }
        }
    }
}

impl Origin {
    fn of(origin: &str) -> Self {
        let (proto, host) = origin.split_once("://").unwrap_or(("https", ""));
        let value = |text: &str| {
            let value = HeaderValue::from_str(text);
            value.unwrap_or_else(|_| HeaderValue::from_static(""))
        };
        let host = host.trim_end_matches('/');
        let port = if proto == "http" { ":80" } else { ":443" };
        let bare = host.strip_suffix(port).unwrap_or(host);
        let bare = bare.to_ascii_lowercase();
        Self {
            host: value(host),
            proto: value(proto),
            names: [format!("{bare}{port}"), bare],
        }
    }
}

/// The element of the outermost proxy.
fn first_of(list: &str) -> Option<&str> {
    list.split(',').next().map(str::trim)
}

/// `host` of an element of `Forwarded`.
fn host_of(element: &str) -> Option<&str> {
    let mut parameters = element
        .split(';')
        .filter_map(|it| it.trim().split_once('='));
    let host = parameters.find(|(name, _)| name.eq_ignore_ascii_case("host"));
    host.map(|(_, value)| value.trim_matches('"'))
}
