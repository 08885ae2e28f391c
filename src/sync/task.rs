//! Tasks that belong to no request, and sleeps.

use tokio::runtime::Handle;

#[cfg(all(feature = "http-client", not(shuttle)))]
pub(crate) use tokio::time::sleep;

/// Runs the task, whose end nobody waits for.
#[cfg(not(shuttle))]
pub(crate) fn spawn(runtime: &Handle, task: impl Future<Output = ()> + Send + 'static) {
    runtime.spawn(task);
}

/// Runs the task, whose end nobody waits for, in an order of the scheduler.
#[cfg(shuttle)]
pub(crate) fn spawn(_: &Handle, task: impl Future<Output = ()> + Send + 'static) {
    drop(shuttle::future::spawn(task));
}

/// Lets others run: time does not pass in a model.
#[cfg(all(feature = "http-client", shuttle))]
pub(crate) async fn sleep(_: std::time::Duration) {
    shuttle::future::yield_now().await;
}
