//! A build without the feature `ext-authz-grpc`.

use http::{Request, Response};
use hyper::body::Incoming;
use sender_constraint::Guard;
use sender_constraint::cert::Peer;

use crate::body::Body;
use crate::config::{Config, ForwardAuth, Setting, SettingError};
use crate::identity::IdentityFields;

/// There is none.
#[derive(Debug)]
pub(crate) enum ExtAuthz {}

impl ExtAuthz {
    pub(crate) fn new(
        _: &Config,
        _: &ForwardAuth,
        proxy: &Setting<()>,
        _: IdentityFields,
    ) -> Result<Self, SettingError> {
        Err(proxy.refuse("this program was built without the feature `ext-authz-grpc`"))
    }

    #[expect(clippy::unused_async, reason = "the build with the feature decides")]
    pub(crate) async fn respond(
        &self,
        _: &Guard,
        _: Request<Incoming>,
        _: &Peer,
        _: impl FnOnce() -> bool,
    ) -> Response<Body> {
        match *self {}
    }
}
