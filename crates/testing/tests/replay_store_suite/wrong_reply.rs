//! A store on a connection that keeps the reply to an insert that was dropped: the next insert takes it for its own.

use std::collections::VecDeque;

use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use tokio::sync::Mutex;

use super::wrong_store::{Mistake, Store};

#[derive(Debug)]
pub(crate) struct WrongReply {
    server: Store,
    replies: Mutex<VecDeque<Result<Insertion, ReplayError>>>,
}

impl Default for WrongReply {
    fn default() -> Self {
        Self {
            server: Store::new(Mistake::None),
            replies: Mutex::default(),
        }
    }
}

impl ReplayStore for WrongReply {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(async move {
            let mut replies = self.replies.lock().await;
            replies.push_back(self.server.insert(proof).await);
            tokio::task::yield_now().await;
            replies.pop_front().expect("a reply")
        })
    }
}
