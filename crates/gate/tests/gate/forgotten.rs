//! What a reload says about settings that the new file does not have.

use super::world::World;

#[tokio::test]
async fn a_setting_that_was_removed_has_no_line() {
    for (given, setting) in [
        ("[dpop]\nmax_age_seconds = 30", "dpop.max_age_seconds"),
        ("[dpop]\nclock_skew_seconds = 5", "dpop.clock_skew_seconds"),
        ("[replay]\ncapacity = 2000", "replay.capacity"),
        (
            "[replay]\nchecked_by_gateway_only = true",
            "replay.checked_by_gateway_only",
        ),
    ] {
        let world = World::proxy_with(given).await;
        let error = world.change(given, "").await.unwrap_err().to_string();
        assert!(
            error.contains(&format!("gate.toml: `{setting}`: ")),
            "{error}"
        );
    }
}
