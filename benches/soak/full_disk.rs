//! A program whose log cannot be written: each write to its standard error fails with ENOSPC.

use std::time::Duration;

use crate::client::{Fault, Key, exchange, proof};
use crate::options::Options;
use crate::program::{Log, Program};
use crate::subject::Kind;
use crate::surroundings::Surroundings;

/// An error says what was not as it is with a log.
pub(crate) async fn serve(
    kind: Kind,
    options: &Options,
    around: &Surroundings,
) -> Result<(), String> {
    let mut program = kind
        .start(options, around, "-full-disk", &Log::FullDisk)
        .await?;
    for number in 0..REQUESTS {
        request(&program, around, Fault::None, "200", number).await?;
        // Each refusal is an event, which cannot be written.
        request(&program, around, Fault::Uri, "401", number).await?;
    }
    program.terminate().await?;
    let (status, _) = program.wait(kind.stop_time()).await?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("SIGTERM: {status}")),
    }
}

async fn request(
    program: &Program,
    around: &Surroundings,
    fault: Fault,
    expected: &str,
    number: usize,
) -> Result<(), String> {
    let (target, key) = (&program.targets.accounts, Key::new());
    let token = around.issuer.token(&key, "logged", 60);
    let proof = proof(&key, &token, "GET", &target.uri(), fault);
    let request = target.wire(&token, &proof);
    let answer = async {
        let mut stream = target.connect().await?;
        exchange(&mut stream, &request).await
    };
    let answer = tokio::time::timeout(PATIENCE, answer).await;
    match answer.unwrap_or_else(|_| Err("no answer".to_owned())) {
        Ok(answer) if answer.verdict.starts_with(expected) => Ok(()),
        Ok(answer) => Err(format!(
            "request {number}: came {}, expected {expected}",
            answer.verdict
        )),
        Err(error) => Err(format!("request {number}: {error}, expected {expected}")),
    }
}

const REQUESTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(10);
