//! Certificates, and how proxies write them, apart from the crate's own readers.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub,
    reason = "shared by tests, each of which uses a part"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request};
use sender_constraint::cert::{
    CertError, CertSource as _, Forwarded, HeaderFormat, Peer, PresentedCert, TrustedPeers,
};
use sha2::Digest as _;

/// RFC 8705 appendix A: a certificate of version 1.
pub const RFC_8705: &str = "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAx\
    ODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqG\
    SM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ\
    /Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID\
    SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOV\
    bUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=";
pub const PROXY: &str = "10.1.2.3";
pub const HEADER: &str = "x-client-cert";
pub const FORMS: [HeaderFormat; HeaderFormat::ALL.len()] = HeaderFormat::ALL;

pub fn rfc_8705() -> Vec<u8> {
    STANDARD.decode(RFC_8705).unwrap()
}

/// A self-signed certificate with a key of its own.
pub fn minted(name: &str) -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let parameters = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
    parameters.self_signed(&key).unwrap().der().to_vec()
}

/// The outline of a certificate with `filler` for its extensions.
pub fn outline(filler: &[u8]) -> Vec<u8> {
    let sequence = tlv(0x30, &[]);
    let body = [&tlv(2, &[1])[..], &sequence.repeat(5), &tlv(4, filler)].concat();
    tlv(0x30, &[tlv(0x30, &body), sequence, tlv(3, &[0])].concat())
}

/// The same with `size` bytes in all.
pub fn outline_of(size: usize) -> Vec<u8> {
    let mut fillers = (0..size).rev().map(|filler| outline(&vec![7; filler]));
    fillers.find(|der| der.len() == size).expect("a size")
}

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut length = value.len().to_be_bytes().to_vec();
    length.drain(..length.iter().take_while(|byte| **byte == 0).count());
    if value.len() < 0x80 {
        length = vec![value.len() as u8];
    } else {
        length.insert(0, 0x80 | length.len() as u8);
    }
    [&[tag][..], &length, value].concat()
}

pub fn thumbprint(der: &[u8]) -> String {
    PresentedCert::from_der(der).thumbprint().to_string()
}

pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub fn hex(der: &[u8]) -> String {
    let digest = sha2::Sha256::digest(der);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn pem(der: &[u8]) -> String {
    let base64 = base64(der);
    let lines: Vec<_> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        lines.join("\n")
    )
}

/// As `encodeURIComponent` does.
pub fn percent(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    encoded.collect()
}

pub fn encode(form: HeaderFormat, der: &[u8]) -> String {
    match form {
        HeaderFormat::DerBase64 | HeaderFormat::DerBase64Chain => base64(der),
        HeaderFormat::DerBase64Quoted => format!("\"{}\"", base64(der)),
        HeaderFormat::PercentEncodedPem | HeaderFormat::PercentEncodedPemChain => {
            percent(&pem(der))
        }
        HeaderFormat::PemSpaces => pem(der).replace('\n', " "),
        HeaderFormat::Rfc9440 => format!(":{}:", base64(der)),
        HeaderFormat::Sha256Base64 => base64(&sha2::Sha256::digest(der)),
        HeaderFormat::Sha256Hex => hex(der),
        HeaderFormat::Xfcc(_) => format!("Hash={};Cert=\"{}\"", hex(der), percent(&pem(der))),
        _ => unreachable!("a form without a test"),
    }
}

pub fn proxies() -> TrustedPeers {
    TrustedPeers::networks([PROXY]).unwrap()
}

pub fn peer(address: &str) -> Peer {
    Peer::tcp((address.parse::<std::net::IpAddr>().unwrap(), 40_000).into())
}

/// The head of a request on a connection from `peer`.
pub fn head(peer: Option<Peer>, headers: &[(&str, &[u8])]) -> Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        let value = HeaderValue::from_bytes(value).unwrap();
        head.headers.append(name, value);
    }
    if let Some(peer) = peer {
        head.extensions.insert(peer);
    }
    head
}

/// What `source` makes of these headers from the proxy: the thumbprint.
pub fn ask(source: &Forwarded, headers: &[(&str, &[u8])]) -> Result<Option<String>, CertError> {
    let answer = source.certificate(&head(Some(peer(PROXY)), headers))?;
    Ok(answer.map(|certificate| certificate.thumbprint().to_string()))
}

/// What `form` makes of `value`.
pub fn read(form: HeaderFormat, value: impl AsRef<[u8]>) -> Result<Option<String>, CertError> {
    let source = Forwarded::new(form, Some(HEADER.parse().unwrap()), proxies()).unwrap();
    ask(&source, &[(HEADER, value.as_ref())])
}

/// Nobody's proxy.
pub const STRANGER: &str = "192.0.2.1";

/// A `Client-Cert` header with the certificate of RFC 8705.
pub fn client_cert() -> String {
    encode(HeaderFormat::Rfc9440, &rfc_8705())
}

/// The certificate of RFC 8705, as a source finds it.
pub fn found() -> Result<Option<PresentedCert>, CertError> {
    Ok(Some(PresentedCert::from_der(&rfc_8705())))
}
