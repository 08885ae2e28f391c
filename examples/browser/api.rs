//! The APIs: one as it should be, and others whose CORS set-up has a mistake or allows cookies.

use std::error::Error;

use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, COOKIE, SET_COOKIE, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
use sender_constraint::keys::RemoteKeys;
use sender_constraint::proof::{Dpop, NonceSecrets, Nonces};
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Access, ConfigError, Guard, Rejection};
use serde_json::json;
use tower_http::cors::CorsLayer;

use crate::AUDIENCE;

/// A guarded service of this origin. With `cors`, this is what to copy.
fn service(origin: &str, tokens: JwtVerifier, cors: CorsLayer) -> Result<Router, ConfigError> {
    // Instances of one origin share their secrets: `NonceSecrets::new`.
    let nonces = Nonces::required(NonceSecrets::random()?);
    let dpop = Dpop::new(origin)?.nonces(nonces);
    let guard = Guard::builder(tokens).dpop(dpop).build()?;
    let routes = Router::new()
        .route("/accounts", get(accounts).post(accounts))
        .route("/transfers", get(accounts).post(accounts));
    // The last layer is the outermost: it answers preflights, and refusals pass through it.
    Ok(routes.layer(guard.layer()).layer(cors))
}

/// Allows the pages of one origin to call, and to read refusals.
fn cors(page: &HeaderValue) -> CorsLayer {
    CorsLayer::new()
        .allow_origin([page.clone()])
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(EXPOSED_HEADERS)
}

/// Runs for requests that the guard let in, and for no others.
async fn accounts(access: Access) -> impl IntoResponse {
    let key = access.sender().jkt().map(ToString::to_string);
    // A browser keeps it for requests with credentials only. It authenticates nobody.
    let cookie = [(SET_COOKIE, "seen=1; HttpOnly; SameSite=Strict; Path=/")];
    (cookie, Json(json!({"user": access.subject(), "key": key})))
}

/// The CORS set-ups that the page tries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Api {
    /// The one to copy.
    Accounts,
    /// Does not allow the page's origin.
    Closed,
    /// Allows cookies besides.
    Cookies,
    /// A gateway in front of it replaces `Access-Control-Expose-Headers`, and forgot `DPoP-Nonce`.
    Hidden,
}

impl Api {
    pub(crate) const ALL: [Self; 4] = [Self::Accounts, Self::Closed, Self::Cookies, Self::Hidden];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Closed => "closed",
            Self::Cookies => "cookies",
            Self::Hidden => "hidden",
        }
    }

    /// The service of this set-up, with a line on the terminal for each request.
    pub(crate) async fn app(
        self,
        origin: &str,
        issuer: &str,
        page: &HeaderValue,
    ) -> Result<Router, Box<dyn Error>> {
        let keys = RemoteKeys::discover(issuer).await?;
        let tokens = JwtVerifier::new(issuer, AUDIENCE, keys)?;
        let cors = match self {
            Self::Accounts | Self::Hidden => cors(page),
            Self::Closed => cors(&HeaderValue::from_static("https://other.example.com")),
            Self::Cookies => cors(page).allow_credentials(true),
        };
        let mut app = service(origin, tokens, cors)?;
        if self == Self::Hidden {
            app = app.layer(map_response(hide));
        }
        Ok(app.layer(from_fn_with_state(self.name(), log)))
    }
}

async fn hide(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, WWW_AUTHENTICATE.into());
    response
}

/// What came, what was answered, and the reason of a refusal, which only the operator sees.
async fn log(State(api): State<&'static str>, request: Request, next: Next) -> Response {
    let what = format!("{api:12} {} {}", request.method(), request.uri().path());
    let has_cookie = request.headers().contains_key(COOKIE);
    let with = if has_cookie { "cookie" } else { "-" };
    let response = next.run(request).await;
    let reason = response.extensions().get().map_or("-", Rejection::kind);
    println!("{what} {} {with} {reason}", response.status().as_u16());
    response
}
