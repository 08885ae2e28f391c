//! The parameters of a request to the token endpoint (RFC 6749 section 3.2 and appendix B), parsed strictly.

use std::collections::HashSet;
use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

/// The parameters of a form, each at most once.
///
/// `resource` (RFC 8707 section 2) and `audience` (RFC 8693 section 2.1) may be repeated. A parameter without a value
/// is absent (RFC 6749 section 3.2). `Debug` shows the names only.
///
/// ```
/// use sender_constraint::token_endpoint::Parameters;
///
/// let parameters = Parameters::parse(b"grant_type=client_credentials&scope=read+write&state=")?;
/// assert_eq!(parameters.value("scope"), Some("read write"));
/// assert_eq!(parameters.value("state"), None);
/// assert!(Parameters::parse(b"scope=read&scope=write").is_err());
/// # Ok::<(), sender_constraint::token_endpoint::FormError>(())
/// ```
#[derive(Clone)]
pub struct Parameters(Vec<(String, String)>);

/// Why the body of a request is refused: 400 `invalid_request`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// The `Content-Type` is not `application/x-www-form-urlencoded`, or there are several.
    #[error("the Content-Type of the request is not `application/x-www-form-urlencoded`")]
    ContentType,
    /// Not in the encoding of RFC 6749 appendix B: an incomplete `%`, or not UTF-8.
    #[error("the body is not a form in UTF-8 and percent-encoding (RFC 6749 appendix B)")]
    Encoding,
    /// A parameter is repeated (RFC 6749 section 3.2).
    #[error("a parameter is repeated; only `resource` and `audience` may be")]
    Repeated,
    /// The body is longer than the limit.
    #[error("the body has {length} bytes, which exceeds the limit of {limit}")]
    TooLarge {
        /// The body's length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// More parameters than the limit.
    #[error("the body has more than {limit} parameters")]
    TooMany {
        /// The accepted number of parameters.
        limit: usize,
    },
}

impl Parameters {
    /// Parses the body of a request: at most 64 KiB and 64 parameters.
    ///
    /// # Errors
    ///
    /// [`FormError`], except for `ContentType`.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(FormError::TooLarge {
                length: body.len(),
                limit: MAX_BODY_BYTES,
            });
        }
        let mut pairs = Vec::new();
        let mut names = HashSet::new();
        for pair in body.split(|byte| *byte == b'&') {
            if pair.is_empty() {
                continue;
            }
            if pairs.len() == MAX_PARAMETERS {
                return Err(FormError::TooMany {
                    limit: MAX_PARAMETERS,
                });
            }
            let (name, value) = parse_pair(pair)?;
            if !names.insert(name.clone()) && !REPEATABLE.contains(&name.as_str()) {
                return Err(FormError::Repeated);
            }
            pairs.push((name, value));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        Ok(Self(pairs))
    }

    /// The value of a parameter; the first one if it is repeated.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    /// All values of a parameter, in their order.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(each, _)| each == name);
        named.map(|(_, value)| value.as_str())
    }

    pub(super) fn of_request(headers: &HeaderMap, body: &[u8]) -> Result<Self, FormError> {
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let (Some(content_type), None) = (types.next(), types.next()) else {
            return Err(FormError::ContentType);
        };
        let mut parts = content_type.as_bytes().split(|byte| *byte == b';');
        let media_type = parts.next().unwrap_or_default().trim_ascii();
        if !media_type.eq_ignore_ascii_case(FORM_TYPE) {
            return Err(FormError::ContentType);
        }
        Self::parse(body)
    }

    /// The same without the client's credentials, which handlers have no use for.
    pub(super) fn without_credentials(mut self) -> Self {
        self.0
            .retain(|(name, _)| !CREDENTIALS.contains(&name.as_str()));
        self
    }
}

/// Shows the names only: values are codes, tokens and secrets.
impl fmt::Debug for Parameters {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|(name, _)| name);
        formatter.debug_set().entries(names).finish()
    }
}

fn parse_pair(pair: &[u8]) -> Result<(String, String), FormError> {
    let mut parts = pair.splitn(2, |byte| *byte == b'=');
    let mut part = || form_decode(parts.next().unwrap_or_default()).ok_or(FormError::Encoding);
    Ok((part()?, part()?))
}

/// Decodes one name or value: `+` is a space, and every `%` has two digits.
pub(super) fn form_decode(text: &[u8]) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(*bytes.next()?)? << 4 | hex_digit(*bytes.next()?)?,
            b'!'..=b'~' => *byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

const fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

const FORM_TYPE: &[u8] = b"application/x-www-form-urlencoded";
const REPEATABLE: [&str; 2] = ["audience", "resource"];
const CREDENTIALS: [&str; 3] = ["client_assertion", "client_assertion_type", "client_secret"];
const MAX_BODY_BYTES: usize = 64 * 1024;
const MAX_PARAMETERS: usize = 64;
