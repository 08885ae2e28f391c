//! Commands with a deadline, on a connection that may be replaced meanwhile.

use std::sync::Arc;
use std::time::Duration;

use redis::{Cmd, FromRedisValue};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::report::Report;
use super::state::State;
use super::supervisor;
use crate::connect_error::ConnectError;
use crate::failure::Failure;
use crate::server::{Opened, Servers};

/// Limits of calls, with the settings that configure them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) timeout_setting: &'static str,
    pub(crate) max_waiting: usize,
    pub(crate) max_waiting_setting: &'static str,
    /// Whether used proofs are recorded: a server that lost some is reported.
    pub(crate) records_proofs: bool,
}

/// A connection to the servers, and the task that keeps it.
pub(crate) struct Link {
    state: watch::Receiver<State>,
    suspicion: Arc<Notify>,
    calls: Semaphore,
    limits: Limits,
    supervisor: JoinHandle<()>,
}

impl Link {
    /// Connects, and keeps the connection.
    pub(crate) async fn connect(servers: Servers, limits: Limits) -> Result<Self, ConnectError> {
        let opened = servers.open().await?;
        Ok(Self::new(servers, limits, Some(opened)))
    }

    /// Connects in the background.
    pub(crate) fn lazy(servers: Servers, limits: Limits) -> Self {
        Self::new(servers, limits, None)
    }

    fn new(servers: Servers, limits: Limits, opened: Option<Opened>) -> Self {
        let (sender, state) = watch::channel(State::Replacing);
        let suspicion = Arc::new(Notify::new());
        let task = supervisor::run(
            servers,
            sender,
            Arc::clone(&suspicion),
            opened,
            Report::new(limits.records_proofs),
        );
        Self {
            state,
            suspicion,
            calls: Semaphore::new(limits.max_waiting),
            limits,
            supervisor: tokio::spawn(task),
        }
    }

    /// Sends a command, and again if the connection is lost before its answer: it must be one that can be repeated.
    pub(crate) async fn call<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Failure> {
        let Limits {
            max_waiting,
            max_waiting_setting,
            ..
        } = self.limits;
        let Ok(_permit) = self.calls.try_acquire() else {
            let reason = format!(
                "the limit of {max_waiting} concurrent calls is reached; configure with {max_waiting_setting}"
            );
            return Err(Failure::unsent(&reason));
        };
        let Limits {
            timeout: limit,
            timeout_setting,
            ..
        } = self.limits;
        let answered = timeout(limit, self.call_until_answered(command)).await;
        answered.unwrap_or_else(|_| {
            self.suspicion.notify_one();
            Err(Failure::late("a command", limit, timeout_setting))
        })
    }

    async fn call_until_answered<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Failure> {
        let mut lost = None;
        let mut pause = Duration::ZERO;
        loop {
            // A server may accept connections and end each at its first command.
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let (mut connection, number) = self.connection(lost).await?;
            let error = match connection.send(command).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let failure = Failure::new(&error);
            if failure.is_suspicious() {
                self.suspicion.notify_one();
            }
            // The connections of a Cluster are replaced, and commands repeated, by the client library.
            if !failure.is_dropped() || connection.is_cluster() {
                return Err(failure);
            }
            pause = match lost {
                None => Duration::ZERO,
                Some(_) => pause.saturating_mul(2).max(SHORTEST_PAUSE),
            };
            lost = Some(number);
        }
    }

    /// The current connection, or the next one if it is `lost`.
    async fn connection(
        &self,
        lost: Option<u64>,
    ) -> Result<(crate::server::Connection, u64), Failure> {
        let is_known = |state: &State| {
            let is_lost = lost.is_some_and(|number| state.is_number(number));
            if is_lost { None } else { state.connection() }
        };
        if let Some(known) = is_known(&self.state.borrow()) {
            return known;
        }
        let mut state = self.state.clone();
        let next = state.wait_for(|state| is_known(state).is_some()).await;
        let next = next.ok().and_then(|state| is_known(&state));
        next.unwrap_or_else(|| Err(Failure::unsent("the runtime of the connection has ended")))
    }

    /// The number of the current connection: it grows when the connection is replaced. `None` if there is none.
    pub(crate) fn number(&self) -> Option<u64> {
        match &*self.state.borrow() {
            State::Connected(_, number) => Some(*number),
            _ => None,
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

/// Before a command is sent for the third time.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
