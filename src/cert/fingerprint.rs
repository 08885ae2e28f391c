//! A certificate by its SHA-256 fingerprint alone: sufficient for `x5t#S256` (RFC 8705 section 3.1), unlike SHA-1.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::error::CertError;
use super::presented::PresentedCert;
use crate::crypto::Digest;

/// Parses 64 hexadecimal digits of either case: Envoy, Caddy, Cloudflare.
pub(super) fn hex(text: &[u8]) -> Result<PresentedCert, CertError> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() {
        return Err(CertError::Fingerprint);
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = hex_byte(pair).ok_or(CertError::Fingerprint)?;
    }
    Ok(PresentedCert::from_thumbprint(Digest::from_bytes(bytes)))
}

/// Parses base64 of the standard alphabet, with or without padding: Google Cloud.
pub(super) fn base64(text: &[u8]) -> Result<PresentedCert, CertError> {
    let bytes = PADDED_OR_NOT.decode(text).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    let digest = bytes
        .map(Digest::from_bytes)
        .ok_or(CertError::Fingerprint)?;
    Ok(PresentedCert::from_thumbprint(digest))
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match *pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    }
}

const PADDED_OR_NOT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fwd_15_one_digest_in_two_spellings() {
        let expected = Digest::from_bytes([0xfb; 32]);
        let hexadecimal = "fB".repeat(32);
        let standard = "+/v7".repeat(10) + "+/s";
        assert_eq!(
            hex(hexadecimal.as_bytes()).map(|it| *it.thumbprint()),
            Ok(expected)
        );
        for text in [standard.clone(), format!("{standard}=")] {
            assert_eq!(
                base64(text.as_bytes()).map(|it| *it.thumbprint()),
                Ok(expected)
            );
        }
        for text in [
            "",
            "fb",
            &"fb".repeat(20),
            &"fb:".repeat(32),
            &format!("{}+f", "fb".repeat(31)),
            &format!("{}é", "fb".repeat(31)),
            &standard,
        ] {
            assert_eq!(hex(text.as_bytes()), Err(CertError::Fingerprint), "{text}");
        }
        for text in [
            "",
            "+/v7",
            &standard.replace('+', "-").replace('/', "_"),
            &format!("{standard}=="),
            &(" ".to_owned() + &standard),
            &("+/v7".repeat(10) + "+/t"),
            &hexadecimal,
        ] {
            assert_eq!(
                base64(text.as_bytes()),
                Err(CertError::Fingerprint),
                "{text}"
            );
        }
    }
}
