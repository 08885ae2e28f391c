//! A build without `--redis`.

use super::options::SharedState;
use super::shared::Shared;

#[expect(clippy::unused_async, reason = "the build with `redis` connects")]
pub(crate) async fn connect(options: &SharedState) -> Result<Shared, String> {
    if options.redis.is_empty() {
        return Ok(Shared::default());
    }
    Err(
        "--redis: this program was built without it; build it with --features rustls,redis"
            .to_owned(),
    )
}
