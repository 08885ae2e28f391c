//! What the operator reads of forwarded fields that are refused: the field, and what governs it.

use super::{PROXY, rfc7239, send, x_forwarded};
use crate::common::*;

async fn text(world: &World, fields: &[(&'static str, &str)]) -> String {
    let answer = send(world, PROXY, fields, ORIGIN).await;
    answer.rejection().to_string()
}

#[tokio::test]
async fn fwd_04_text_names_the_field_of_the_other_family() {
    let missing = text(&rfc7239(), &[("x-forwarded-proto", "https")]).await;
    let expected =
        "sent no `Forwarded`, but `X-Forwarded-Proto`, which is not configured: every proxy";
    assert!(missing.contains(expected), "{missing}");
    let missing = text(&x_forwarded(), &[("forwarded", "host=rs.example.com")]).await;
    let expected =
        "sent no `X-Forwarded-Host`, but `Forwarded`, which is not configured: every proxy";
    assert!(missing.contains(expected), "{missing}");
    // A field of the same family is no hint.
    for fields in [&[][..], &[("x-forwarded-proto", "https")]] {
        let missing = text(&x_forwarded(), fields).await;
        assert!(
            missing.contains("sent no `X-Forwarded-Host`: every proxy"),
            "{missing}"
        );
    }
}

#[tokio::test]
async fn fwd_06_text_of_the_scheme_names_field_and_setting() {
    let one = text(
        &rfc7239(),
        &[("forwarded", "host=rs.example.com;proto=http")],
    )
    .await;
    let fields = [
        ("x-forwarded-host", "rs.example.com"),
        ("x-forwarded-proto", "http"),
    ];
    let other = text(&x_forwarded(), &fields).await;
    for (text, field) in [(one, "Forwarded"), (other, "X-Forwarded-Proto")] {
        let expected = format!(
            "by `{field}` the client used \"http\", but the scheme of the origin is https: the proxy must write the scheme \
             that the client used; configure the origin with `Dpop::new` or `Dpop::also_origin`"
        );
        assert_eq!(text, expected);
    }
}
