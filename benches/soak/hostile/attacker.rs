//! The hostile share: at a fixed rate, each kind of attack in turn, until the end.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, TryAcquireError};
use tokio::task::JoinSet;
use tokio::time::interval;

use super::attack::Attack;
use super::outcome::{Outcome, Outcomes};
use crate::client::{Fault, Issuer, Target, proof};
use crate::holder::Holder;
use crate::program::Targets;

pub(crate) struct Attacker {
    pub(super) issuer: Arc<Issuer>,
    pub(super) targets: Targets,
    pub(super) others: Issuer,
    pub(super) thief: Holder,
    pub(super) flooding: Holder,
    /// How many held connections of each kind there are at a time.
    held: Vec<(Attack, Arc<Semaphore>)>,
    principals: Mutex<VecDeque<Arc<Holder>>>,
    pub(crate) outcomes: Outcomes,
}

impl Attacker {
    pub(crate) fn new(issuer: &Arc<Issuer>, targets: &Targets) -> Self {
        let held = Attack::ALL.into_iter().filter(|attack| attack.is_held());
        Self {
            issuer: Arc::clone(issuer),
            targets: targets.clone(),
            others: Issuer::new(&issuer.name, &issuer.audience),
            thief: Holder::new("thief", TOKEN_LIFE),
            flooding: Holder::new("flooding", TOKEN_LIFE),
            held: held
                .map(|attack| (attack, Arc::new(Semaphore::new(HELD_AT_ONCE))))
                .collect(),
            principals: Mutex::default(),
            outcomes: Outcomes::default(),
        }
    }

    /// Begins `rate` attacks per second until `end`. Connections that are held then are closed.
    pub(crate) async fn run(self: &Arc<Self>, rate: u32, end: impl Future<Output = ()>) {
        let mut end = pin!(end);
        if rate == 0 {
            return end.await;
        }
        let mut ticks = interval(Duration::from_secs(1) / rate);
        let mut attacks = JoinSet::new();
        for attack in Attack::ALL.into_iter().cycle() {
            tokio::select! {
                biased;
                () = end.as_mut() => break,
                _ = ticks.tick() => {}
            }
            self.begin(attack, &mut attacks);
            while attacks.try_join_next().is_some() {}
        }
    }

    fn begin(self: &Arc<Self>, attack: Attack, attacks: &mut JoinSet<()>) {
        let permit = match self.held.iter().find(|(held, _)| *held == attack) {
            None => None,
            Some((_, permits)) => match Arc::clone(permits).try_acquire_owned() {
                Ok(permit) => Some(permit),
                Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return,
            },
        };
        let attacker = Arc::clone(self);
        attacks.spawn(async move {
            let outcome = attacker.attack(attack).await;
            attacker.outcomes.add(attack, outcome);
            drop(permit);
        });
    }

    async fn attack(&self, attack: Attack) -> Outcome {
        match attack {
            Attack::Replay => self.replay(&self.thief).await,
            Attack::OtherKey => self.other_key().await,
            Attack::OtherUri => self.fault(Fault::Uri).await,
            Attack::OtherMethod => self.fault(Fault::Method).await,
            Attack::ExpiredToken => self.expired_token().await,
            Attack::UnknownKey => self.unknown_key().await,
            Attack::NewPrincipal => self.replay(&self.new_principal()).await,
            Attack::Flood => self.flood().await,
            Attack::RandomBytes => self.random_bytes().await,
            Attack::LargeHead => self.large_head().await,
            Attack::ManyLines => self.many_lines().await,
            Attack::AbortedUpload => self.aborted_upload().await,
            Attack::SlowHead => self.slow_head().await,
            Attack::SlowBody => self.slow_body().await,
            Attack::SlowReader => self.slow_reader().await,
            Attack::SlowDownload => self.slow_download().await,
            Attack::HalfOpen => self.half_open().await,
            Attack::RapidReset => self.rapid_reset().await,
            Attack::WindowZero => self.window_zero().await,
            Attack::Continuations => self.continuations().await,
        }
    }

    /// A token and a proof that are valid.
    pub(super) fn valid(&self, method: &str, target: &Target) -> (String, String) {
        let token = self.thief.token(&self.issuer);
        let proof = proof(&self.thief.key, &token, method, &target.uri(), Fault::None);
        (token, proof)
    }

    /// One that has not been seen before, up to a number, with which caches of tokens are far from full: they would grow
    /// as long as a run lasts.
    pub(super) fn new_principal(&self) -> Arc<Holder> {
        let principals = self.principals.lock();
        let mut principals = principals.unwrap_or_else(PoisonError::into_inner);
        let known = principals.len();
        let oldest = match known < MAX_PRINCIPALS {
            true => None,
            false => principals.pop_front(),
        };
        let principal = oldest
            .unwrap_or_else(|| Arc::new(Holder::new(&format!("new-{known}"), LONG_TOKEN_LIFE)));
        principals.push_back(Arc::clone(&principal));
        principal
    }
}

const TOKEN_LIFE: Duration = Duration::from_secs(120);
const LONG_TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 3600);
const MAX_PRINCIPALS: usize = 10_000;
const HELD_AT_ONCE: usize = 16;
