//! Checks the connection, and replaces it with increasing pauses between attempts.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::report::Report;
use super::state::State;
use crate::connect_error::ConnectError;
use crate::server::{Connection, Opened, Servers};

/// Keeps `state` until the receivers are gone.
pub(super) async fn run(
    servers: Servers,
    state: watch::Sender<State>,
    suspicion: Arc<Notify>,
    opened: Option<Opened>,
    mut report: Report,
) {
    let mut number = 0;
    let mut connection = match opened {
        Some(opened) => publish(&state, &servers, opened, &mut number, &mut report),
        None => replace(&servers, &state, &mut number, &mut report).await,
    };
    let mut failures: u64 = 0;
    while !state.is_closed() {
        // A suspicion is looked into at once, everything else now and then.
        let is_suspected = timeout(CHECK_INTERVAL, suspicion.notified()).await.is_ok();
        let error = match servers.check(&mut connection).await {
            Ok(checked) => {
                failures = 0;
                report.seen(&servers, checked.instances);
                if is_suspected {
                    sleep(SUSPICION_PAUSE).await;
                }
                continue;
            }
            Err(error) => error,
        };
        failures = failures.saturating_add(1);
        let is_partial = connection.is_cluster() && matches!(error, ConnectError::Unavailable(_));
        if !is_partial {
            report.given_up(&servers, &error);
            state.send_replace(State::Replacing);
            connection = replace(&servers, &state, &mut number, &mut report).await;
            continue;
        }
        // Most slots of a Cluster may be well: their calls go on meanwhile.
        if failures.is_power_of_two() {
            tracing::error!(?servers, reason = %error, "a part of the Redis Cluster cannot be used");
        }
        match servers.open().await {
            Ok(opened) => connection = publish(&state, &servers, opened, &mut number, &mut report),
            Err(_) => sleep(LONGEST_PAUSE).await,
        }
    }
}

/// Tries until there is a connection that can be used.
async fn replace(
    servers: &Servers,
    state: &watch::Sender<State>,
    number: &mut u64,
    report: &mut Report,
) -> Connection {
    let mut pause = SHORTEST_PAUSE;
    let mut attempt: u64 = 1;
    loop {
        match servers.open().await {
            Ok(opened) => {
                if attempt > 1 || *number > 0 {
                    report.connected(servers, attempt);
                }
                return publish(state, servers, opened, number, report);
            }
            Err(error) => {
                if attempt.is_power_of_two() {
                    report.unusable(servers, attempt, &error);
                }
                state.send_replace(State::Disconnected(error.to_string()));
            }
        }
        sleep(pause).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        attempt = attempt.saturating_add(1);
    }
}

fn publish(
    state: &watch::Sender<State>,
    servers: &Servers,
    opened: Opened,
    number: &mut u64,
    report: &mut Report,
) -> Connection {
    report.seen(servers, opened.checked.instances);
    *number = number.saturating_add(1);
    if !opened.checked.policy_is_known && *number == 1 {
        tracing::warn!(
            ?servers,
            "Redis does not tell its `maxmemory-policy`: make sure that it is `noeviction`, or used proofs are accepted again"
        );
    }
    state.send_replace(State::Connected(opened.connection.clone(), *number));
    opened.connection
}

const CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// Between two checks that failed calls caused.
const SUSPICION_PAUSE: Duration = Duration::from_millis(50);
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
