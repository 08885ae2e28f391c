//! Metadata over an HTTP client of the application that fails: the same rules for keys and for introspection.

use std::sync::{Arc, Mutex};

use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use sender_constraint::keys::RemoteKeys;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{Introspection, PresentedToken, TokenVerifier as _};

use crate::common::{AUDIENCE, ISSUER, NOW};
use crate::remote::{METADATA, OPENID_METADATA};

/// Answers each request with this error; clones share the requests.
#[derive(Clone, Debug)]
struct Failing {
    error: fn(String) -> HttpError,
    urls: Arc<Mutex<Vec<String>>>,
}

impl HttpClient for Failing {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        self.urls.lock().unwrap().push(request.url.clone());
        MaybeReady::ready(Err((self.error)(request.url.clone())))
    }
}

/// The reason why keys are not fetched, and the URLs of the requests.
async fn keys_fail(
    error: fn(String) -> HttpError,
    metadata_url: Option<&str>,
) -> (String, Vec<String>) {
    let client = Failing::with(error);
    let mut keys = RemoteKeys::for_issuer(ISSUER, client.clone());
    if let Some(url) = metadata_url {
        keys = keys.metadata_url(url);
    }
    let error = keys.fetch().await.unwrap_err();
    (error.to_string(), client.urls())
}

/// The reason why a token is not introspected, and the URLs of the requests.
async fn introspection_fails(error: fn(String) -> HttpError) -> (String, Vec<String>) {
    let client = Failing::with(error);
    let method = TlsClientAuth::new("app").unwrap();
    let tokens = Introspection::new(ISSUER, AUDIENCE, method, client.clone()).unwrap();
    let now = Timestamp::from_unix_seconds(NOW);
    let refused = tokens.verify(PresentedToken::new("opaque"), now).await;
    (refused.unwrap_err().to_string(), client.urls())
}

#[tokio::test]
async fn key_01_both_documents_are_read_before_metadata_counts_as_missing() {
    let failed = |url| HttpError::Failed {
        url,
        reason: "connection refused".to_owned(),
    };
    for (reason, urls) in [
        keys_fail(failed, None).await,
        introspection_fails(failed).await,
    ] {
        assert_eq!(urls, [METADATA, OPENID_METADATA]);
        assert!(
            reason.contains(METADATA) && reason.contains(OPENID_METADATA),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn key_01_second_document_is_not_read_from_an_untrusted_server() {
    let untrusted = HttpError::UntrustedCertificate;
    for (reason, urls) in [
        keys_fail(untrusted, None).await,
        introspection_fails(untrusted).await,
    ] {
        assert_eq!(urls, [METADATA]);
        assert!(reason.contains("is not trusted"), "{reason}");
    }
}

#[tokio::test]
async fn http_05_query_of_a_url_is_not_shown_though_the_client_shows_it() {
    let shows = |url: String| HttpError::Failed {
        reason: format!("no route to {url}"),
        url,
    };
    let url = format!("{METADATA}?secret=1");
    let (reason, urls) = keys_fail(shows, Some(&url)).await;
    assert_eq!(urls, [url.as_str()]);
    assert!(reason.contains(&format!("{METADATA}?***")), "{reason}");
    assert!(!reason.contains("secret=1"), "{reason}");
}

impl Failing {
    fn with(error: fn(String) -> HttpError) -> Self {
        Self {
            error,
            urls: Arc::default(),
        }
    }

    fn urls(&self) -> Vec<String> {
        self.urls.lock().unwrap().clone()
    }
}
