//! A service that validates access tokens with the crate `jsonwebtoken` keeps that check, and adds the sender constraint:
//! the guard verifies that the token's holder sends the request.
//!
//! ```sh
//! cargo run --features jsonwebtoken --example validated_elsewhere
//! ```
//!
//! `checked.rs` is the check as a `TokenVerifier`; `guard` below adds DPoP to it. The rest plays honest calls and attacks
//! against it in this process, prints what came of each, and fails if one is not as expected.
//!
//! # What `jsonwebtoken` 11 must be told
//!
//! By default it verifies the signature and `exp`, refuses a token with an `aud` while no audience is set, and checks
//! nothing else. For access tokens (RFC 9068 section 4):
//!
//! | check | what to write | without it |
//! |---|---|---|
//! | `alg` | `Validation::new` with the one algorithm of the issuer's key; never that of the token's header | the sender chooses it |
//! | `iss` | `set_issuer`, and `iss` in `set_required_spec_claims` | any issuer with the same keys, or none |
//! | `aud` | `set_audience`, and `aud` in `set_required_spec_claims` | a token without `aud` passes |
//! | `exp` | `exp` in `set_required_spec_claims`, which replaces the default list | a token without `exp` passes |
//! | `nbf` | `validate_nbf = true` | a token passes before its time |
//! | clock differences | `leeway`, 60 s by default, and the same in `AccessToken::with_leeway` | the guard refuses at `exp` |
//! | `typ` | compare `decode_header(..).typ` with `at+jwt` | ID tokens of the same issuer pass |
//! | `crit` | refuse it: `decode_header(..).crit` (RFC 7515 section 4.1.11) | extensions are ignored |
//!
//! # What it does not check
//!
//! * `iss` may be an array that contains the issuer; a claim may occur twice. `AccessToken::from_verified_claims` refuses
//!   both: pass it the bytes of the payload (`RawValue`), not a structure that was read from them.
//! * `sub`, `client_id`, `jti` and `iat` may be missing, and `iat` may be in the future (RFC 9068 section 2.2).
//! * Keys are for the application to choose by `kid`, to fetch and to renew.
//! * Its clock is that of the system, whatever clock the guard has.
//!
//! `JwtVerifier` does all of this; this example is for those who must keep what they have.

mod attempts;
mod checked;

use std::error::Error;
use std::process::ExitCode;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use sender_constraint::proof::Dpop;
use sender_constraint::{Access, Guard, Rejection};
use sender_constraint_testing::Issuer;
use tower::ServiceExt as _;

use crate::attempts::{Attempt, attempts};
use crate::checked::Checked;

const ISSUER: &str = "https://as.example.com";
/// The service, in tokens and in proofs.
const API: &str = "https://api.example.com";

/// The check that the service has today, and a proof of possession on every request.
fn guard(tokens: Checked) -> Result<Guard, Box<dyn Error>> {
    Ok(Guard::builder(tokens).dpop(Dpop::new(API)?).build()?)
}

async fn accounts(access: Access) -> String {
    format!("accounts of {}", access.subject().unwrap_or_default())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("validated_elsewhere: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn Error>> {
    let issuer = Issuer::new(ISSUER);
    let guard = guard(Checked::new(&issuer.jwks())?)?;
    let app: Router = Router::new()
        .route("/accounts", get(accounts))
        .layer(guard.layer());
    let mut wrong = 0_usize;
    for attempt in attempts(&issuer) {
        wrong += usize::from(!is_as_expected(&app, attempt).await?);
    }
    println!("\n{wrong} not as expected");
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn is_as_expected(app: &Router, attempt: Attempt) -> Result<bool, Box<dyn Error>> {
    let request = attempt.request.map(|()| Body::empty());
    let response = app.clone().oneshot(request).await?;
    let reason = response.extensions().get().map(Rejection::kind);
    let status = response.status().as_u16();
    let expected_status = if attempt.expected.is_some() { 401 } else { 200 };
    let is_right = reason == attempt.expected && status == expected_status;
    let (what, reason) = (attempt.what, reason.unwrap_or("-"));
    let mark = if is_right { "ok" } else { "WRONG" };
    println!("{what:42}  {status}  {reason:30}  {mark}");
    Ok(is_right)
}
