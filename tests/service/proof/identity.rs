//! Which proofs are one and the same: by key, method, target and `jti`, not by their spelling (DPOP-57).

use crate::common::*;

#[tokio::test]
async fn dpop_57_jti_belongs_to_its_key_method_and_path() {
    let world = World::new();
    let other = Key::from_seed("ES256", 2);
    let (token, others) = (
        world.token().sign(),
        Token::bound(&world.issuer, &other).sign(),
    );
    let proof = |jti: &str| world.proof(&token).claim("jti", jti);
    // Client B uses the `jti` first.
    let burning = Proof::new(&other, &others).claim("jti", "one").sign();
    world.present(&others, &burning).await.assert_passed();
    world
        .present(&token, &proof("one").sign())
        .await
        .assert_passed();
    world
        .present(&token, &proof("one").sign())
        .await
        .assert_refused("PROOF", "proof_replayed");
    // Another method and another path make another use of it.
    let scheme = format!("DPoP {token}");
    let mut post = request(&scheme, &proof("one").claim("htm", "POST").sign());
    *post.method_mut() = http::Method::POST;
    world.send(post).await.assert_passed();
    let mut path = request(
        &scheme,
        &proof("one").claim("htu", "https://rs.example.com/b").sign(),
    );
    *path.uri_mut() = "/b".parse().unwrap();
    world.send(path).await.assert_passed();
    world
        .present(&token, &proof("two").sign())
        .await
        .assert_passed();
}

#[tokio::test]
async fn dpop_57_fields_of_the_replay_key_do_not_run_together() {
    let world = World::new();
    let token = world.token().sign();
    for (path, jti) in [("/a", "bc"), ("/ab", "c"), ("/abc", "d")] {
        let htu = format!("https://rs.example.com{path}");
        let proof = world
            .proof(&token)
            .claim("htu", htu)
            .claim("jti", jti)
            .sign();
        let mut request = request(&format!("DPoP {token}"), &proof);
        *request.uri_mut() = path.parse().unwrap();
        world.send(request).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_57_second_spelling_of_a_proof_is_the_same_proof() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token);
    let first = proof.sign();
    let flipped = with_negated_s(&first);
    assert_ne!(first, flipped);
    // The flipped signature is as good as the first, where the first was never seen.
    World::new().present(&token, &flipped).await.assert_passed();
    world.present(&token, &first).await.assert_passed();
    let respaced = proof.sign_texts(&proof.header.to_string(), &format!(" {}", proof.claims));
    let renamed = proof
        .clone()
        .claim("htu", "HTTPS://RS.example.com:443/%61?x")
        .sign();
    let reheaded = proof.clone().header("kid", "1").sign();
    for again in [first, flipped, respaced, renamed, reheaded] {
        world
            .present(&token, &again)
            .await
            .assert_refused("PROOF", "proof_replayed");
    }
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn refused_request_does_not_use_up_its_proof() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    let (input, _) = proof.rsplit_once('.').unwrap();
    let forged = format!("{input}.{}", encode([1; 64]));
    world
        .present(&token, &forged)
        .await
        .assert_refused("PROOF", "proof_signature");
    world.present(&token, &proof).await.assert_passed();
}

/// The same proof with n - s in place of s: whoever sees the one can make the other.
fn with_negated_s(proof: &str) -> String {
    use base64::Engine as _;
    let (input, signature) = proof.rsplit_once('.').unwrap();
    let signature = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(signature)
        .unwrap();
    let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    let (r, s) = signature.split_scalars();
    let negated = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-s).to_bytes()).unwrap();
    format!("{input}.{}", encode(negated.to_bytes()))
}
