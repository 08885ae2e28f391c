//! dpop-verifier, the other published DPoP verifier in Rust, over the same proofs.

use std::collections::HashSet;
use std::ops::Range;
use std::pin::Pin;
use std::time::Duration;

use dpop_verifier::{DpopError, DpopVerifier, ReplayContext, ReplayStore};

use crate::mint::{ORIGIN, PATH, Work};
use crate::world::{Turning, ready, timed};

pub struct Peer {
    verifier: DpopVerifier,
    store: Seen,
}

impl Peer {
    pub fn time(&mut self, work: &Work, turning: &Turning, block: Range<usize>) -> Duration {
        turning.turn();
        self.store.0.clear();
        let htu = format!("{ORIGIN}{PATH}");
        timed(work, block, |case, _| {
            let (proof, token) = (&case.proof, Some(case.token.as_str()));
            let store = &mut self.store;
            let verified = ready(self.verifier.verify(store, proof, &htu, "GET", token));
            assert!(verified.is_ok());
        })
    }
}

impl Default for Peer {
    fn default() -> Self {
        Self {
            verifier: DpopVerifier::new().with_max_age_seconds(3600),
            store: Seen::default(),
        }
    }
}

/// It brings no store; this one is as cheap as can be.
#[derive(Default)]
struct Seen(HashSet<[u8; 32]>);

impl ReplayStore for Seen {
    // What `async_trait` makes of `async fn`.
    fn insert_once<'s, 'c, 'f>(
        &'s mut self,
        jti_hash: [u8; 32],
        _context: ReplayContext<'c>,
    ) -> Pin<Box<dyn Future<Output = Result<bool, DpopError>> + Send + 'f>>
    where
        's: 'f,
        'c: 'f,
        Self: 'f,
    {
        let is_new = self.0.insert(jti_hash);
        Box::pin(std::future::ready(Ok(is_new)))
    }
}
