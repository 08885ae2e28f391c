//! The body of a request, read in one way only.

use sender_constraint::token_endpoint::{FormError, Parameters};

use super::world::{APP, World, assertion, form, head, head_with};

#[test]
fn cau_18_parameters_are_decoded_strictly() {
    let parse = |text: &str| Parameters::parse(text.as_bytes());
    let parsed = parse("a=1&b=x+y%20z&%63=%C3%A4&d&e=&&f==").unwrap();
    for (name, value) in [
        ("a", Some("1")),
        ("b", Some("x y z")),
        ("c", Some("\u{e4}")),
        ("d", None),
        ("e", None),
        ("f", Some("=")),
    ] {
        assert_eq!(parsed.value(name), value, "{name}");
    }
    for text in [
        "a=%", "a=%4", "a=%4g", "a=%ff", "a=%c3", "a=\u{e4}", "a=b c", "a=b\n", "%=1",
    ] {
        assert_eq!(parse(text).unwrap_err(), FormError::Encoding, "{text}");
    }
}

#[test]
fn cau_18_no_parameter_twice() {
    let parse = |text: &str| Parameters::parse(text.as_bytes()).map(|_| ());
    for text in ["a=1&a=1", "a=1&%61=2", "a=&a=1", "a&a"] {
        assert_eq!(parse(text), Err(FormError::Repeated), "{text}");
    }
    let both = Parameters::parse(b"resource=a&resource=b&audience=c&audience=d").unwrap();
    assert_eq!(both.values("resource").collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn cau_18_size_and_number_are_bounded() {
    let of_size = |size: usize| Parameters::parse(format!("a={}", "x".repeat(size - 2)).as_bytes());
    assert!(of_size(65_536).is_ok());
    let refused = of_size(65_537).unwrap_err();
    let (length, limit) = (65_537, 65_536);
    assert_eq!(refused, FormError::TooLarge { length, limit });
    let of_count = |count: usize| {
        let pairs: Vec<_> = (0..count).map(|nth| format!("p{nth}=1")).collect();
        Parameters::parse(pairs.join("&").as_bytes())
    };
    assert!(of_count(64).is_ok());
    assert_eq!(of_count(65).unwrap_err(), FormError::TooMany { limit: 64 });
}

#[tokio::test]
async fn cau_18_a_repeated_assertion_is_an_invalid_request() {
    let world = World::new();
    let body = form(&assertion().sign());
    let twice = format!("{body}&client_assertion=x");
    let rejection = world.send(&head(), &twice).await.unwrap_err();
    assert_eq!(rejection.kind(), "client_form");
    assert_eq!(
        (rejection.status().as_u16(), rejection.error()),
        (400, "invalid_request")
    );
    assert_eq!(world.ask(&body).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_18_the_body_is_a_form() {
    let world = World::new();
    let body = form(&assertion().sign());
    let mut json = head();
    json.headers
        .insert("content-type", "application/json".parse().unwrap());
    let mut none = head();
    none.headers.remove("content-type");
    let two = head_with("content-type", "application/x-www-form-urlencoded");
    for head in [json, none, two] {
        let rejection = world.send(&head, &body).await.unwrap_err();
        assert_eq!(rejection.kind(), "client_form");
        assert_eq!(rejection.status(), 400);
    }
    let mut charset = head();
    let value = "Application/X-WWW-form-urlencoded; charset=UTF-8";
    charset
        .headers
        .insert("content-type", value.parse().unwrap());
    assert_eq!(world.ask_with(&charset, &body).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_18_the_endpoint_gets_the_parameters_without_credentials() {
    let body = format!("{}&scope=read", form(&assertion().sign()));
    let client = World::new().send(&head(), &body).await.unwrap();
    let parameters = client.parameters();
    assert_eq!(parameters.value("scope"), Some("read"));
    assert_eq!(parameters.value("grant_type"), Some("client_credentials"));
    assert_eq!(parameters.value("client_assertion"), None);
    assert_eq!(client.method().name(), "private_key_jwt");
    let shown = format!("{client:?}");
    assert!(
        shown.contains("scope") && !shown.contains("read"),
        "{shown}"
    );
}
