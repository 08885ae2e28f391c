//! SIGTERM under load: which requests were answered, and how the program ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::options::Options;
use crate::subject::Subject;
use crate::tally::{Counts, Tally};

pub(crate) struct Ending {
    pub(crate) counts: Counts,
    /// How long it took, if the status was 0.
    pub(crate) exit: Result<Duration, String>,
}

pub(crate) async fn end(subject: &mut Subject, options: &Options) -> Result<Ending, String> {
    let tally = Arc::new(Tally::new()?);
    let (stop, stopped) = watch::channel(false);
    let until_stop = || {
        let mut stopped = stopped.clone();
        async move { drop(stopped.wait_for(|stopped| *stopped).await) }
    };
    let (honest, attacker) = (Arc::clone(&subject.honest), Arc::clone(&subject.attacker));
    let honest = honest.run(options.rate, &tally, until_stop());
    let hostile = attacker.run(options.hostile_rate(), until_stop());
    let signal = async {
        sleep(LOAD_TIME).await;
        let exit = exit(subject).await;
        stop.send_replace(true);
        exit
    };
    let ((), (), exit) = tokio::join!(honest, hostile, signal);
    let counts = tally.counts();
    Ok(Ending { counts, exit })
}

/// Sends SIGTERM and waits.
pub(crate) async fn exit(subject: &mut Subject) -> Result<Duration, String> {
    subject.program.terminate().await?;
    let (status, time) = subject.program.wait(subject.kind.stop_time()).await?;
    match status.success() {
        true => Ok(time),
        false => Err(status.to_string()),
    }
}

const LOAD_TIME: Duration = Duration::from_secs(4);
