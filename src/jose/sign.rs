//! Signs compact JWS (RFC 7515 section 5.1): only this server's own client assertions and metadata.

use super::alg::Algorithm;
use crate::crypto::{SignatureScheme, Signer, encode_bytes};

/// The JOSE header and the claims, as JSON texts, signed; `None` if the backend fails.
pub(crate) fn sign_compact(signer: &Signer, header: &str, claims: &str) -> Option<String> {
    let mut text = encode_bytes(header.as_bytes());
    text.push('.');
    text.push_str(&encode_bytes(claims.as_bytes()));
    let signature = signer.sign(text.as_bytes())?;
    text.push('.');
    text.push_str(&encode_bytes(&signature));
    Some(text)
}

/// The `alg` of a signature of this scheme. Ed25519 has its older name, which more servers know (RFC 8037).
pub(crate) const fn signing_algorithm(signer: &Signer) -> Algorithm {
    match signer.scheme() {
        SignatureScheme::EcdsaP256Sha256 => Algorithm::Es256,
        SignatureScheme::Ed25519 => Algorithm::EdDsa,
        _ => Algorithm::Ps256,
    }
}
