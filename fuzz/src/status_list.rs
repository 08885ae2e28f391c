//! Status List Tokens of any content, compressed lists of any bytes: a token passes only if its own status is VALID.

use std::io::Write as _;
use std::time::Duration;

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sender_constraint::Guard;
use sender_constraint::revocation::StatusLists;
use sender_constraint_testing::sign_compact;
use serde_json::{Value, json};

use crate::edits::Edits;
use crate::input;
use crate::json::strict_object;
use crate::net::Net;
use crate::world::{ISSUER, ISSUING, NOW, clock, dpop, jwt_verifier, proof, token, wait};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    index: u16,
    bits: u8,
    list: &'a [u8],
    /// The bytes as they are, not compressed.
    is_raw: (bool, bool),
    header: Edits<'a>,
    claims: Edits<'a>,
}

/// Checks the verdict on a token with this index in this list.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let bits = BITS[usize::from(input.bits) % BITS.len()];
    let lst = if input.is_raw == (true, true) {
        input.list.to_vec()
    } else {
        deflate(input.list)
    };
    let header = json!({"typ": "statuslist+jwt", "alg": "ES256", "kid": "k1"});
    let list = json!({"bits": bits, "lst": URL_SAFE_NO_PAD.encode(lst)});
    let claims = json!({"sub": URI, "iat": NOW, "exp": NOW + 600, "ttl": 60, "iss": ISSUER, "status_list": list});
    let (Some(header), Some(claims)) = (input.header.apply(&header), input.claims.apply(&claims))
    else {
        return;
    };
    let compact = sign_compact(ISSUING.key(), &header, &claims);
    let net = Net::answering(vec![(
        200,
        "application/statuslist+jwt",
        compact.into_bytes(),
    )]);
    let lists =
        StatusLists::new(net).add_issuer(ISSUER, ISSUING.keys(), ["https://status.example.com"]);
    let builder = Guard::builder(jwt_verifier()).dpop(dpop()).clock(clock());
    let guard = builder
        .revocation(lists.expect("an issuer"))
        .build()
        .expect("a guard");
    let status = json!({"status_list": {"idx": input.index, "uri": URI}});
    let token = token().claim("status", status).sign();
    // The first request starts the fetch and never passes.
    let is_accepted = wait(async {
        assert!(present_in(&guard, &token).await.is_err());
        tokio::time::sleep(Duration::ZERO).await;
        tokio::task::yield_now().await;
        present_in(&guard, &token).await.is_ok()
    });
    if is_accepted {
        check_accepted(
            &claims,
            input.index,
            input.list,
            input.is_raw == (true, true),
        );
    }
}

async fn present_in(guard: &Guard, token: &str) -> Result<(), sender_constraint::Rejection> {
    let proof = proof(token).sign();
    let request =
        crate::world::CLIENT.request_with("GET", "https://rs.example.com/a", token, &proof);
    guard.check(&mut request.into_parts().0).await.map(drop)
}

fn check_accepted(claims: &str, index: u16, list: &[u8], is_raw: bool) {
    let claims = strict_object(claims).expect("claims");
    assert_eq!(claims["sub"], URI);
    let bits = claims["status_list"]["bits"]
        .as_u64()
        .expect("a number of bits");
    assert!([1, 2, 4, 8].contains(&bits));
    let is_ours =
        claims["status_list"]["lst"] == Value::from(URL_SAFE_NO_PAD.encode(deflate(list)));
    if is_raw || !is_ours {
        return;
    }
    let bits = usize::try_from(bits).expect("small");
    let at = usize::from(index) * bits;
    let byte = list.get(at / 8).expect("an index within the list");
    let status = (u16::from(*byte) >> (at % 8)) & ((1 << bits) - 1);
    assert_eq!(status, 0, "VALID");
}

/// Compressed by zlib, without compression: the format counts, not the size.
fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(65_535).peekable();
    if blocks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("a block");
        out.push(u8::from(blocks.peek().is_none()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.write_all(block).expect("a vector");
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

const BITS: [u8; 6] = [1, 2, 4, 8, 3, 0];
const URI: &str = "https://status.example.com/1";
