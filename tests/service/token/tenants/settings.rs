//! Each setting has a range.

use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::token::TenantIssuers;

use super::world::Rule;

type Setter<T> = fn(TenantIssuers, T) -> Result<TenantIssuers, ConfigError>;

fn tenants() -> TenantIssuers {
    TenantIssuers::new(Rule::allowing(&[]))
}

#[test]
fn ten_05_numbers_have_ranges() {
    let cases: [(Setter<usize>, usize); 3] = [
        (TenantIssuers::capacity, 100_000),
        (TenantIssuers::concurrent_calls, 4096),
        (TenantIssuers::waiting_requests, 65_536),
    ];
    for (set, most) in cases {
        for value in [1, most] {
            assert!(set(tenants(), value).is_ok(), "{value}");
        }
        for value in [0, most + 1] {
            let error = set(tenants(), value).unwrap_err();
            assert!(matches!(error, ConfigError::Size { .. }), "{error}");
        }
    }
}

#[test]
fn ten_05_durations_have_ranges() {
    let seconds = Duration::from_secs;
    let cases: [(Setter<Duration>, Duration, Duration); 3] = [
        (TenantIssuers::max_age, seconds(1), seconds(24 * 60 * 60)),
        (TenantIssuers::refused_for, Duration::ZERO, seconds(300)),
        (
            TenantIssuers::timeout,
            Duration::from_millis(1),
            seconds(60),
        ),
    ];
    for (set, least, most) in cases {
        for value in [least, most] {
            assert!(set(tenants(), value).is_ok(), "{value:?}");
        }
        let beyond = most + Duration::from_millis(1);
        let below = least.checked_sub(Duration::from_nanos(1));
        for value in below.into_iter().chain([beyond]) {
            let error = set(tenants(), value).unwrap_err();
            assert!(matches!(error, ConfigError::Duration { .. }), "{error}");
        }
    }
}
