//! Requests with a form in the body (`application/x-www-form-urlencoded`, RFC 6749 appendix B).

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use url::form_urlencoded::Serializer;

use super::client::{OutgoingRequest, UrlSource};

impl OutgoingRequest {
    /// Creates a POST request with these parameters. Values may have any characters: they are encoded.
    #[must_use]
    pub fn post_form<'a>(
        url: impl Into<String>,
        url_source: UrlSource,
        accept: &'static str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let body = Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let accept = HeaderValue::from_static(accept);
        Self {
            method: Method::POST,
            url: url.into(),
            url_source,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, form), (ACCEPT, accept)]),
            body: body.into_bytes(),
        }
    }

    /// Sets the credentials of this server.
    pub(crate) fn authorized(mut self, credentials: Option<HeaderValue>) -> Self {
        if let Some(credentials) = credentials {
            self.headers.insert(AUTHORIZATION, credentials);
        }
        self
    }
}
