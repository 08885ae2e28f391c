//! A build without `--redis`.

use super::options::SharedState;
use super::shared::Shared;

/// Without connecting.
pub(crate) fn check(options: &SharedState) -> Result<(), String> {
    if options.redis.is_empty() {
        return Ok(());
    }
    Err(
        "--redis: this program was built without it; build it with --features rustls,redis"
            .to_owned(),
    )
}

#[expect(clippy::unused_async, reason = "the build with `redis` connects")]
pub(crate) async fn connect(options: &SharedState) -> Result<Shared, String> {
    check(options).map(|()| Shared::default())
}
