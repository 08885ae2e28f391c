//! Runs a model in many interleavings.
#![allow(dead_code, reason = "the models of the library have a part of it too")]

use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::str::FromStr;
use std::sync::Arc;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

/// Runs `model` in `INTERLEAVINGS` interleavings of `INTERLEAVINGS_SEED`, half of them random, half with few changes of
/// thread. The same seed and number give the same interleavings.
pub(crate) fn explore(model: impl Fn() + Send + Sync + 'static) {
    let number: usize = variable("INTERLEAVINGS").unwrap_or(DEFAULT_NUMBER);
    let seed = variable("INTERLEAVINGS_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    // The test harness shows it if the model fails.
    println!("INTERLEAVINGS={number} INTERLEAVINGS_SEED={seed} runs the same interleavings again");
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    // Its timers never elapse: nothing drives it. It is never dropped: after a failure they hold wakers of the scheduler.
    let runtime = Box::leak(Box::new(runtime));
    let _entered = runtime.enter();
    let model = Arc::new(model);
    let half = number.div_ceil(2);
    let (random, few) = (Arc::clone(&model), model);
    Runner::new(RandomScheduler::new_from_seed(seed, half), config()).run(move || random());
    let few_changes = PctScheduler::new_from_seed(seed, CHANGES, half);
    Runner::new(few_changes, config()).run(move || few());
}

fn variable<T: FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok()?;
    let number = value.parse().ok();
    Some(number.unwrap_or_else(|| panic!("{name} is a number, not {value:?}")))
}

fn config() -> Config {
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    config
}

/// Starts a thread of the model.
pub(crate) fn thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> shuttle::thread::JoinHandle<T> {
    shuttle::thread::spawn(work)
}

/// Starts a request of the model, as a task that can be aborted.
pub(crate) fn task<T: Send + 'static>(
    request: impl Future<Output = T> + Send + 'static,
) -> shuttle::future::JoinHandle<T> {
    shuttle::future::spawn(async move {
        // Before its first step too, others may run.
        shuttle::future::yield_now().await;
        request.await
    })
}

/// Some steps of others, as over a network.
pub(crate) async fn steps(number: usize) {
    for _ in 0..number {
        shuttle::future::yield_now().await;
    }
}

const DEFAULT_NUMBER: usize = 200;
/// How many changes of thread a bug may need.
const CHANGES: usize = 4;
/// For unoptimized cryptography and JSON.
const STACK_BYTES: usize = 512 * 1024;
