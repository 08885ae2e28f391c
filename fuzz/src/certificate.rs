//! Certificates in every header format: no panic for any bytes, and one certificate has one thumbprint in all of them.

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request};
use sender_constraint::Digest;
use sender_constraint::cert::{CertSource as _, Forwarded, HeaderFormat, Peer, TrustedPeers, Xfcc};
use sender_constraint_testing::certificates::Identity;

use crate::input;
use crate::mutation::{Mutation, mutate};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    format: u8,
    value: Value<'a>,
    others: Vec<Value<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Value<'a> {
    /// As another format writes it.
    Known(u8),
    Changed(u8, Vec<Mutation>),
    /// Another certificate in the header's form.
    Der(&'a [u8]),
    Any(&'a [u8]),
}

/// Checks what one format reads.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let formats = formats();
    let format = formats[usize::from(input.format) % formats.len()];
    let mut head = head();
    for value in std::iter::once(&input.value).chain(input.others.iter().take(2)) {
        let bytes = value.bytes(format);
        let Ok(value) = HeaderValue::from_bytes(&bytes) else {
            return;
        };
        head.headers.append(HEADER, value);
    }
    let read = source(format).certificate(&head);
    let is_its_own = matches!(input.value, Value::Known(at) if formats[usize::from(at) % formats.len()] == format);
    // With two trusted hops, one element alone is the proxy's.
    let is_complete = format != two_hops() && input.others.is_empty();
    if is_its_own && is_complete {
        let read = read.expect("a certificate").expect("a certificate");
        assert_eq!(read.thumbprint(), &*THUMBPRINT, "{}", format.name());
    }
}

fn two_hops() -> HeaderFormat {
    HeaderFormat::Xfcc(Xfcc::new().trusted_hops(2).expect("a number"))
}

fn formats() -> Vec<HeaderFormat> {
    HeaderFormat::ALL.into_iter().chain([two_hops()]).collect()
}

fn source(format: HeaderFormat) -> Forwarded {
    Forwarded::new(format, Some(HEADER), TrustedPeers::unix_socket()).expect("a source")
}

fn head() -> Parts {
    let mut head = Request::new(()).into_parts().0;
    head.extensions.insert(Peer::unix());
    head
}

impl Value<'_> {
    fn bytes(&self, format: HeaderFormat) -> Vec<u8> {
        let formats = formats();
        let pick = |at: u8| {
            written(
                formats[usize::from(at) % formats.len()],
                CLIENT.certificate(),
            )
        };
        match self {
            Self::Known(at) => pick(*at).into_bytes(),
            Self::Changed(at, mutations) => mutate(pick(*at).as_bytes(), mutations),
            Self::Der(der) => written(format, der).into_bytes(),
            Self::Any(bytes) => bytes.to_vec(),
        }
    }
}

/// The certificate as the proxies of this format write it.
fn written(format: HeaderFormat, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<_> = base64
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    let pem = |separator: &str| {
        format!(
            "-----BEGIN CERTIFICATE-----{separator}{}{separator}-----END CERTIFICATE-----{separator}",
            lines.join(separator)
        )
    };
    let digest = Digest::sha256(der);
    match format {
        HeaderFormat::DerBase64 | HeaderFormat::DerBase64Chain => base64,
        HeaderFormat::DerBase64Quoted => format!("\"{base64}\""),
        HeaderFormat::PercentEncodedPem | HeaderFormat::PercentEncodedPemChain => {
            percent_encoded(&pem("\n"))
        }
        HeaderFormat::PemSpaces => pem(" ").trim_end().to_owned(),
        HeaderFormat::Rfc9440 => format!(":{base64}:"),
        HeaderFormat::Sha256Base64 => STANDARD.encode(digest.as_bytes()),
        HeaderFormat::Sha256Hex => hexadecimal(digest.as_bytes()),
        _ => format!(
            "By=spiffe://mesh/rs;Hash={};Subject=\"CN=client\"",
            hexadecimal(digest.as_bytes())
        ),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn percent_encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encode = |byte: u8| {
        if is_plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(encode).collect()
}

static CLIENT: LazyLock<Identity> = LazyLock::new(|| Identity::self_signed("client"));
static THUMBPRINT: LazyLock<Digest> = LazyLock::new(|| Digest::sha256(CLIENT.certificate()));
const HEADER: HeaderName = HeaderName::from_static("x-certificate");
