//! Tasks that belong to no request, and sleeps.

use tokio::runtime::Handle;

#[cfg(all(feature = "http-client", not(sender_constraint_shuttle)))]
pub(crate) use tokio::time::sleep;

/// Starts a task that no request awaits.
#[cfg(not(sender_constraint_shuttle))]
pub(crate) fn spawn(runtime: &Handle, task: impl Future<Output = ()> + Send + 'static) {
    runtime.spawn(task);
}

/// Starts a task that no request awaits, as the scheduler decides.
#[cfg(sender_constraint_shuttle)]
pub(crate) fn spawn(_: &Handle, task: impl Future<Output = ()> + Send + 'static) {
    drop(shuttle::future::spawn(task));
}

/// Lets others run: time does not pass in a model.
#[cfg(all(feature = "http-client", sender_constraint_shuttle))]
pub(crate) async fn sleep(_: std::time::Duration) {
    shuttle::future::yield_now().await;
}
