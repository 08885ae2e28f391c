//! What holds for the response to every refusal.

use http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use http::request::Parts;
use sender_constraint::{Guard, Rejection};

/// One of the statuses of the response matrix, with the headers that belong to it.
pub(crate) fn check_refusal(guard: &Guard, head: &Parts, rejection: &Rejection) {
    let response = guard.error_response::<String>(rejection, head);
    let status = response.status().as_u16();
    assert!(
        [400, 401, 421, 425, 431, 503].contains(&status),
        "{status} {rejection:?}"
    );
    assert_eq!(
        response
            .headers()
            .get(CACHE_CONTROL)
            .map(|value| value.as_bytes()),
        Some(&b"no-store"[..])
    );
    assert!(response.body().is_empty());
    let challenges: Vec<_> = response
        .headers()
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .collect();
    assert_eq!(
        status == 401,
        !challenges.is_empty() && status != 400,
        "{status} {challenges:?}"
    );
    for challenge in challenges {
        let text = challenge.to_str().expect("visible ASCII");
        assert!(
            text.starts_with("DPoP ") || text.starts_with("Bearer "),
            "{text}"
        );
        assert_eq!(text.matches('"').count() % 2, 0, "{text}");
    }
    assert!(!rejection.kind().is_empty());
    // What an operator reads is one line.
    assert!(
        !rejection.to_string().chars().any(char::is_control),
        "{rejection}"
    );
}
