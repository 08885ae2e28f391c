//! Points in time as in JWTs (NumericDate, RFC 7519 section 2), and the clock.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// Supplies the current time to a [`Guard`](crate::Guard).
///
/// # Implementing
///
/// *Security-critical:* a clock that lags: expired tokens and old proofs are accepted.
///
/// *Availability only:* a clock that runs ahead: honest requests are refused.
///
/// ```
/// use sender_constraint::time::{Clock, Timestamp};
///
/// /// Always noon on 2026-01-01: for a test.
/// #[derive(Debug)]
/// struct Noon;
///
/// impl Clock for Noon {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_unix_seconds(1_767_268_800)
///     }
/// }
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

/// The system's wall clock.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 reads as 1970. Anything with `iat` or `nbf` is then not yet valid: all proofs, and all
        // tokens of RFC 9068. A token with neither, which `Issuer::accept_untyped_tokens` allows, needs only an `exp`,
        // which has not passed: with a certificate, or as a bearer token, it is accepted.
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::EPOCH.saturating_add(since_epoch)
    }
}

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Arithmetic saturates: no value from an untrusted sender can wrap around into the accepted window.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::time::Timestamp;
///
/// let issued = Timestamp::from_unix_seconds(1_767_225_600);
/// let expires = issued.saturating_add(Duration::from_secs(300));
/// assert_eq!(expires.saturating_duration_since(issued), Duration::from_secs(300));
/// assert_eq!(issued.saturating_duration_since(expires), Duration::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp {
    millis: i64,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self { millis: 0 };

    /// The point in time `seconds` after the epoch.
    #[must_use]
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self::EPOCH.saturating_add(Duration::from_secs(seconds))
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn as_unix_seconds(self) -> i64 {
        self.millis.div_euclid(MILLIS_PER_SECOND)
    }

    /// The point in time `span` later, or the last one that can be represented.
    #[must_use]
    pub const fn saturating_add(self, span: Duration) -> Self {
        Self {
            millis: self.millis.saturating_add(millis(span)),
        }
    }

    /// The point in time `span` earlier, or the first one that can be represented.
    #[must_use]
    pub const fn saturating_sub(self, span: Duration) -> Self {
        Self {
            millis: self.millis.saturating_sub(millis(span)),
        }
    }

    /// The time that has passed since `earlier`; zero if `earlier` is in the future.
    #[must_use]
    pub fn saturating_duration_since(self, earlier: Self) -> Duration {
        let millis = self.millis.saturating_sub(earlier.millis);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// Converts to the standard library's type, for example for the `Date` header.
    #[must_use]
    pub fn to_system_time(self) -> SystemTime {
        UNIX_EPOCH
            .checked_add(self.saturating_duration_since(Self::EPOCH))
            .unwrap_or(UNIX_EPOCH)
    }
}

/// For a clock that has the standard library's type. Fractions of a millisecond are dropped; the range saturates.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self::EPOCH.saturating_add(since),
            Err(before) => Self::EPOCH.saturating_sub(before.duration()),
        }
    }
}

const fn millis(span: Duration) -> i64 {
    let millis = span.as_millis();
    if millis > I64_MAX {
        i64::MAX
    } else {
        #[expect(clippy::as_conversions, reason = "in range by the line above")]
        {
            millis as i64
        }
    }
}

/// A NumericDate: a JSON number, whole or fractional, from 0 to 2^53 seconds.
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_any`: a dependency that enables serde_json's `arbitrary_precision` would change what that
        // yields.
        deserializer.deserialize_f64(NumericDate)
    }
}

struct NumericDate;

impl Visitor<'_> for NumericDate {
    type Value = Timestamp;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("seconds since 1970, from 0 to 2^53")
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
        if seconds > MAX_SECONDS {
            return Err(E::invalid_value(Unexpected::Unsigned(seconds), &self));
        }
        Ok(Timestamp::from_unix_seconds(seconds))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Timestamp, E> {
        match u64::try_from(seconds) {
            Ok(seconds) => self.visit_u64(seconds),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(seconds), &self)),
        }
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
        if !(0.0..=MAX_SECONDS_F64).contains(&seconds) {
            return Err(E::invalid_value(Unexpected::Float(seconds), &self));
        }
        Ok(Timestamp::EPOCH.saturating_add(Duration::from_secs_f64(seconds)))
    }
}

const MILLIS_PER_SECOND: i64 = 1000;
#[expect(clippy::as_conversions, reason = "widening, in a constant")]
const I64_MAX: u128 = i64::MAX as u128;
const MAX_SECONDS: u64 = 1 << 53;
const MAX_SECONDS_F64: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Option<Timestamp> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn numeric_dates_are_bounded() {
        assert_eq!(parse("0"), Some(Timestamp::EPOCH));
        assert_eq!(
            parse("1700000000.5").map(|t| t.millis),
            Some(1_700_000_000_500)
        );
        assert_eq!(
            parse("1.7e9"),
            Some(Timestamp::from_unix_seconds(1_700_000_000))
        );
        assert!(parse("9007199254740992").is_some());
        for refused in [
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551615",
            "-1",
            "-0.5",
            "1e400",
            "1e17",
            "\"1700000000\"",
            "null",
            "true",
            "[]",
            "{}",
        ] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn times_of_the_standard_library_convert() {
        let time = |millis| UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(Timestamp::from(UNIX_EPOCH), Timestamp::EPOCH);
        assert_eq!(Timestamp::from(time(1_500)).millis, 1_500);
        let before = UNIX_EPOCH - Duration::from_millis(1_500);
        assert_eq!(Timestamp::from(before).millis, -1_500);
        assert_eq!(Timestamp::from(time(1_500)).to_system_time(), time(1_500));
    }

    #[test]
    fn arithmetic_saturates() {
        let last = Timestamp::EPOCH.saturating_add(Duration::MAX);
        assert_eq!(last.saturating_add(Duration::MAX), last);
        assert_eq!(
            Timestamp::EPOCH.saturating_duration_since(last),
            Duration::ZERO
        );
        let first = Timestamp::EPOCH
            .saturating_sub(Duration::MAX)
            .saturating_sub(Duration::MAX);
        assert!(first < Timestamp::EPOCH);
        assert_eq!(
            last.saturating_duration_since(first),
            Duration::from_millis(i64::MAX.unsigned_abs())
        );
    }
}
