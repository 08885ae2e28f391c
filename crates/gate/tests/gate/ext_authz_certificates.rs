//! Certificates of `ext_authz` over gRPC: the one of the connection that Envoy states, and no other.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sender_constraint_testing::certificates::Identity;

use super::envoy::{CHECK, ENVOY, Source, call, message, original, values};
use super::world::{ORIGIN, World};

#[tokio::test]
async fn fwd_14_the_certificate_is_the_one_that_envoy_states() {
    let settings = format!("{ENVOY}\n[mtls]\nsource = \"connection\"");
    let world = World::forward_auth(&settings).await;
    let [client, thief] = ["client", "thief"].map(Identity::self_signed);
    let token = world.issuer.token(ORIGIN);
    let token = token.bound_to_certificate(client.certificate()).sign();
    let authorization = format!("Bearer {token}");
    let ask = async |certificate: &str, fields: &[(&str, &str)]| {
        let own = [("authorization", &*authorization)];
        let mut message = message(original("GET", "/", &[&own, fields].concat()));
        let certificate = certificate.to_owned();
        message.attributes.as_mut().unwrap().source = Some(Source { certificate });
        call(&world, CHECK, message).await.unwrap()
    };
    let accepted = ask(&encoded(&client), &[]).await.expect_accepted();
    let thumbprint = sender_constraint::Digest::sha256(client.certificate()).to_string();
    assert_eq!(values(&accepted.headers, "x-auth-x5t-s256"), [thumbprint]);
    let forged = encoded(&client);
    for name in ["certificate", "client-cert", "x-ssl-client-cert"] {
        for certificate in [String::new(), encoded(&thief)] {
            let response = ask(&certificate, &[(name, &*forged)]).await;
            assert_eq!(response.expect_denied("dpop").0, 401, "{name}");
        }
    }
    let both = encoded(&client) + &encoded(&client);
    for malformed in ["-----BEGIN", "a\nb", &both] {
        let response = ask(malformed, &[]).await;
        assert_eq!(response.expect_denied("dpop").0, 503, "{malformed}");
    }
}

/// Percent-encoded PEM, as Envoy writes it.
fn encoded(identity: &Identity) -> String {
    let base64 = STANDARD.encode(identity.certificate());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    let byte = |byte: u8| match byte {
        b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    pem.bytes().map(byte).collect()
}

#[tokio::test]
async fn a_forwarded_certificate_is_refused_at_start() {
    let world = World::forward_auth(ENVOY).await;
    let forwarded =
        "[mtls]\nsource = \"forwarded\"\nformat = \"rfc9440\"\ntrusted_peers = [\"127.0.0.1\"]";
    let forwarded = format!("{forwarded}\n[tokens]");
    let changed = world.change("[tokens]", &forwarded).await;
    let error = changed.unwrap_err().to_string();
    let expected = "expected `mtls.source = \"connection\"`";
    assert!(
        error.contains("`mtls.format`") && error.contains(expected),
        "{error}"
    );
}
