//! The scheme that a trusted proxy states for an origin over plain `http`, which [`Dpop::over_insecure_http`] permits.

use super::{PROXY, proxies, send};
use crate::common::*;
use sender_constraint::proof::{Dpop, ForwardedHost};

#[tokio::test]
async fn dpop_23_forwarded_scheme_of_an_insecure_origin_is_http_or_ws() {
    let rfc7239 = plain(ForwardedHost::rfc7239(proxies()));
    let x_forwarded = plain(ForwardedHost::x_forwarded(proxies()));
    for (scheme, fits) in [
        ("http", true),
        ("HTTP", true),
        ("ws", true),
        ("https", false),
        ("wss", false),
        ("ftp", false),
    ] {
        let value = format!("host=rs.example.com;proto={scheme}");
        let one = send(&rfc7239, PROXY, &[("forwarded", &value)], PLAIN).await;
        let fields = [
            ("x-forwarded-host", "rs.example.com"),
            ("x-forwarded-proto", scheme),
        ];
        let other = send(&x_forwarded, PROXY, &fields, PLAIN).await;
        for answer in [one, other] {
            if fits {
                answer.assert_passed();
            } else {
                answer.assert_refused("400", "forwarded_scheme");
            }
        }
    }
}

fn plain(source: ForwardedHost) -> World {
    World::with_dpop(|_| {
        let dpop = Dpop::over_insecure_http(PLAIN).unwrap();
        dpop.forwarded_host(source)
    })
}

const PLAIN: &str = "http://rs.example.com";
