//! A client with a key, and a token that it renews after half of its life.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::client::{Issuer, Key};

pub(crate) struct Holder {
    pub(crate) subject: String,
    pub(crate) key: Key,
    life: Duration,
    /// With the time at which it was issued.
    token: Mutex<Option<(String, Instant)>>,
}

impl Holder {
    /// The first token is issued when it is needed.
    pub(crate) fn new(subject: &str, life: Duration) -> Self {
        Self {
            subject: subject.to_owned(),
            key: Key::new(),
            life,
            token: Mutex::new(None),
        }
    }

    pub(crate) fn token(&self, issuer: &Issuer) -> String {
        let mut held = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, issued)) = held.as_ref()
            && issued.elapsed() < self.life / 2
        {
            return token.clone();
        }
        let token = issuer.token(&self.key, &self.subject, self.life.as_secs());
        *held = Some((token.clone(), Instant::now()));
        token
    }
}
