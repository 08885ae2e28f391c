//! A private key as PEM (RFC 7468 sections 10 and 11), as OpenSSL and key managers write it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::private_key::PrivateKey;
use super::private_key_error::PrivateKeyError;

impl PrivateKey {
    /// Reads the only private key in the text; other blocks, such as certificates and parameters, are skipped.
    pub(crate) fn from_pem(pem: &str) -> Result<Self, PrivateKeyError> {
        let mut found = None;
        for block in pem.split(BEGIN).skip(1) {
            let (label, body) = block
                .split_once("-----")
                .ok_or(PrivateKeyError::NoPrivateKey)?;
            if !label.ends_with("PRIVATE KEY") {
                continue;
            }
            if found.replace(key(label, body)?).is_some() {
                return Err(PrivateKeyError::NoPrivateKey);
            }
        }
        found.ok_or(PrivateKeyError::NoPrivateKey)
    }
}

fn key(label: &str, body: &str) -> Result<PrivateKey, PrivateKeyError> {
    let (text, _) = body.split_once(END).ok_or(PrivateKeyError::NoPrivateKey)?;
    // `Proc-Type: 4,ENCRYPTED` is a header of the older formats.
    if label.starts_with("ENCRYPTED") || text.contains(':') {
        return Err(PrivateKeyError::Encrypted);
    }
    let text: String = text.split_ascii_whitespace().collect();
    let der = STANDARD
        .decode(text)
        .map_err(|_| PrivateKeyError::Encoding)?;
    match label {
        "PRIVATE KEY" => PrivateKey::from_pkcs8(&der),
        "EC PRIVATE KEY" => PrivateKey::from_sec1(&der),
        "RSA PRIVATE KEY" => PrivateKey::from_pkcs1(&der),
        _ => Err(PrivateKeyError::Type),
    }
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
