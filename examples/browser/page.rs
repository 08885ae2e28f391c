//! The server of the page: files, and a policy that lets scripts of this origin run, and no others.

use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, InvalidHeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

/// What the page calls.
pub(crate) struct Settings {
    /// Names and origins.
    pub(crate) apis: Vec<(&'static str, String)>,
    pub(crate) token_endpoint: String,
}

pub(crate) fn app(settings: &Settings) -> Result<Router, InvalidHeaderValue> {
    let policy = HeaderValue::from_str(&settings.content_security_policy())?;
    let settings = settings.to_json();
    let mut app = Router::new().route("/settings.json", get(|| async { Json(settings) }));
    for (path, content_type, text) in FILES {
        let file = move || async move { ([(CONTENT_TYPE, content_type)], text).into_response() };
        app = app.route(path, get(file));
    }
    let headers = move |response| secured(response, policy.clone());
    Ok(app.layer(map_response(headers)))
}

impl Settings {
    /// No script from elsewhere, none within the page, and no data to other origins.
    fn content_security_policy(&self) -> String {
        let apis = self.apis.iter().map(|(_, origin)| origin.as_str());
        let called: Vec<_> = apis.chain([self.token_endpoint.as_str()]).collect();
        let called = called.join(" ");
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' {called}; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        )
    }

    fn to_json(&self) -> Value {
        let apis = self.apis.iter();
        let apis = apis.map(|(name, origin)| ((*name).to_owned(), Value::from(origin.as_str())));
        let apis = Value::Object(apis.collect());
        json!({"apis": apis, "token_endpoint": self.token_endpoint})
    }
}

async fn secured(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const FILES: [(&str, &str, &str); 6] = [
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("page/index.html"),
    ),
    ("/attempts.js", SCRIPT, include_str!("page/attempts.js")),
    ("/dpop.js", SCRIPT, include_str!("page/dpop.js")),
    ("/key.js", SCRIPT, include_str!("page/key.js")),
    ("/page.js", SCRIPT, include_str!("page/page.js")),
    (
        "/page.css",
        "text/css; charset=utf-8",
        include_str!("page/page.css"),
    ),
];
