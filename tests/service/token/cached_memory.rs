//! The memory limit of `Cached`: 64 MiB of accepted tokens.

use std::sync::Arc;

use sender_constraint::future::MaybeReady;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, Cached, PresentedToken, TokenVerifier};
use serde_json::{Value, json};

use super::cached::{Outcome, at};

const LIMIT: usize = 64 << 20;

/// Accepts every token, with the same claims.
#[derive(Debug)]
struct Same(Arc<AccessToken>);

impl TokenVerifier for Same {
    fn verify<'a>(&'a self, _: PresentedToken<'a>, _: Timestamp) -> MaybeReady<'a, Outcome> {
        MaybeReady::ready(Ok(Arc::clone(&self.0)))
    }
}

/// How many of so many tokens with these claims are cached.
async fn cached(claims: &Value, number: usize) -> usize {
    let token = AccessToken::from_verified_claims(claims.to_string().as_bytes()).unwrap();
    let tokens = Cached::new(Same(Arc::new(token)));
    for number in 0..number {
        let token = number.to_string();
        let token = PresentedToken::new(&token);
        tokens.verify(token, at(0)).await.unwrap();
    }
    let text = format!("{tokens:?}");
    let (_, entries) = text.rsplit_once("entries: ").unwrap();
    entries.trim_end_matches(" }").parse().unwrap()
}

/// As `guide::capacity` says: 512 bytes and twice the claims for each token.
#[tokio::test]
async fn int_07_cached_claims_stay_within_the_memory_limit() {
    let claims = json!({"iss": "https://as.example.com", "pad": "x".repeat(100_000)});
    let fits = LIMIT / (512 + 2 * claims.to_string().len());
    assert_eq!(cached(&claims, 200).await, 200);
    let kept = cached(&claims, 1000).await;
    assert!((fits * 3 / 4..=fits).contains(&kept), "{kept} of {fits}");
}

/// Their objects take up far more than their JSON.
#[tokio::test]
async fn int_07_cached_authorization_details_stay_within_the_memory_limit() {
    let details = vec![json!({"type": "x"}); 64];
    let claims = json!({"iss": "https://as.example.com", "authorization_details": details});
    assert_eq!(cached(&claims, 300).await, 300);
    let kept = cached(&claims, 2000).await;
    // Measured: 792 bytes for each object.
    assert!(kept <= LIMIT / (64 * 792), "{kept}");
}
