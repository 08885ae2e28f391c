//! `Date` of a response (RFC 9110 section 6.6.1), by the guard's clock.

use http::header::DATE;
use http::{HeaderMap, HeaderValue};

use crate::time::Timestamp;

/// Sets `Date`, unless the response has one. An HTTP server that sets it too leaves this one.
pub(super) fn set_date(headers: &mut HeaderMap, now: Timestamp) {
    let text = httpdate::fmt_http_date(now.min(LAST_DATE).to_system_time());
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.entry(DATE).or_insert(value);
    }
}

/// 9999-12-31T23:59:59Z: the format cannot express later years.
const LAST_DATE: Timestamp = Timestamp::from_unix_seconds(253_402_300_799);
