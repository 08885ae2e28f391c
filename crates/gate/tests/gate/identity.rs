//! What the upstream receives about the sender.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::world::{ORIGIN, World, exchange};

#[tokio::test]
async fn headers_have_the_configured_names() {
    let world =
        World::proxy_with("[identity.headers]\nsubject = \"X-User\"\nscope = \"X-Scopes\"").await;
    let lines = "X-User: root\r\nX_User: root\r\nX-Auth-Subject: root\r\n";
    let headers = world.send("GET", "/", lines).await.received()["headers"].clone();
    assert_eq!(headers["x-user"], "alice");
    assert_eq!(headers["x-scopes"], "read write");
    assert_eq!(headers["x-auth-issuer"], "https://as.example.com");
    for name in ["x_user", "x-auth-subject", "x-auth-x5t-s256"] {
        assert_eq!(headers[name], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn thr_49_a_subject_cannot_write_headers() {
    let world = World::proxy().await;
    let subject = "a\r\nX-Auth-Scope: admin\u{e9}";
    let token = world
        .issuer
        .token(ORIGIN)
        .bound_to(world.client.key())
        .claim("sub", subject)
        .sign();
    let proof = world
        .client
        .proof("GET", &format!("{ORIGIN}/"), &token)
        .sign();
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
    );
    let headers = world.exchange(&request).await.received()["headers"].clone();
    assert_eq!(
        headers["x-auth-subject"],
        "a%0D%0AX-Auth-Scope: admin%C3%A9"
    );
    assert_eq!(headers["x-auth-scope"], "read write");
}

/// Writes a new private key in PKCS #8 as PEM.
fn write_key(path: &std::path::Path, der: &[u8]) {
    let base64 = base64::engine::general_purpose::STANDARD.encode(der);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    std::fs::write(path, pem).unwrap();
}

#[tokio::test]
async fn a_signed_token_verifies_against_the_key_set() {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
        Ed25519KeyPair, UnparsedPublicKey,
    };
    let folder = super::world::folder();
    let random = SystemRandom::new();
    let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let ed25519 = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
    for (alg, der) in [("ES256", p256.as_ref()), ("EdDSA", ed25519.as_ref())] {
        let path = folder.join("key.pem");
        write_key(&path, der);
        let settings = format!(
            "[identity.token]\nkey = \"{}\"\naudience = \"orders\"\nissuer = \"gate\"\n[admin]\nlisten = \"127.0.0.1:0\"",
            path.display()
        );
        let world = World::proxy_with(&settings).await;
        let headers = world
            .send("GET", "/", "X-Auth-Token: root\r\n")
            .await
            .received()["headers"]
            .clone();
        let token = headers["x-auth-token"].as_str().unwrap();
        let parts: Vec<_> = token.split('.').collect();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
        let claims: Value = serde_json::from_slice(&decode(parts[1])).unwrap();
        assert_eq!(
            (&header["alg"], &header["typ"]),
            (&alg.into(), &"gate-identity+jwt".into())
        );
        assert_eq!(
            (&claims["iss"], &claims["aud"], &claims["sub"]),
            (&"gate".into(), &"orders".into(), &"alice".into())
        );
        assert_eq!(
            claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
            60
        );
        assert_eq!(claims["sender"]["jkt"], world.client.key().thumbprint());

        let admin = world.gate.admin_address().unwrap();
        let request = b"GET /jwks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let jwks = super::world::Answer::of(&exchange(admin, request).await).received();
        let jwk = &jwks["keys"][0];
        assert_eq!(jwk["kid"], header["kid"]);
        assert_eq!(jwk.get("d"), None);
        let member = |name: &str| decode(jwk[name].as_str().unwrap());
        let message = format!("{}.{}", parts[0], parts[1]);
        let signature = decode(parts[2]);
        if alg == "ES256" {
            let point = [vec![4], member("x"), member("y")].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            key.verify(message.as_bytes(), &signature).unwrap();
        } else {
            let key = UnparsedPublicKey::new(&ED25519, member("x"));
            key.verify(message.as_bytes(), &signature).unwrap();
        }
    }
    drop(std::fs::remove_dir_all(folder));
}
