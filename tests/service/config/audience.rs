//! The audience that is derived from the origin, and audiences that are lists.

use super::{jwks, with_variables, world};
use crate::common::*;

#[tokio::test]
async fn cfg_01_derived_audience_is_the_normal_form_of_the_origin() {
    for origin in [
        "https://rs.example.com/",
        "HTTPS://RS.example.com:443",
        ORIGIN,
    ] {
        let jwks = jwks();
        let mut config = with_variables(&jwks, &[]).unwrap();
        config.tokens.audiences.clear();
        config.origin = Some(origin.to_owned());
        let world = world(&config).await;
        for (audience, kind) in [
            (ORIGIN, None),
            ("https://rs.example.com/", Some("token_audience")),
        ] {
            let token = world.token().claim("aud", audience).sign();
            let answer = world.present(&token, &world.proof(&token).sign()).await;
            match kind {
                None => answer.assert_passed(),
                Some(kind) => answer.assert_refused("TOK(DPoP)", kind),
            }
        }
    }
}

#[tokio::test]
async fn cfg_06_a_list_in_one_audience_is_refused() {
    for value in [
        "https://a.example.com,https://b.example.com",
        "https://a.example.com;https://b.example.com",
    ] {
        let jwks = jwks();
        let config = with_variables(&jwks, &[("AUDIENCE", value)]).unwrap();
        let error = config.build().await.unwrap_err().to_string();
        assert!(error.contains("SENDER_CONSTRAINT_AUDIENCE"), "{error}");
        assert!(
            error.ends_with("; elements of the list are separated by spaces"),
            "{error}"
        );
    }
    let jwks = jwks();
    let config = with_variables(&jwks, &[("AUDIENCE", "[\"a\"]")]).unwrap();
    assert!(config.build().await.is_err());
}
