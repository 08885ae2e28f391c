//! The messages of `envoy/service/auth/v3/external_auth.proto` and of the files that it imports, as far as the gate uses
//! them. Unknown fields are skipped.

use std::fmt;

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CheckRequest {
    #[prost(message, optional, tag = "1")]
    pub(crate) attributes: Option<Attributes>,
}

/// `AttributeContext`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Attributes {
    #[prost(message, optional, tag = "1")]
    pub(crate) source: Option<Source>,
    #[prost(message, optional, tag = "4")]
    pub(crate) request: Option<OriginalRequest>,
}

/// `AttributeContext.Peer`: who sent the original request.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Source {
    /// PEM, percent-encoded.
    #[prost(string, tag = "5")]
    pub(crate) certificate: String,
}

/// `AttributeContext.Request`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct OriginalRequest {
    #[prost(message, optional, tag = "2")]
    pub(crate) http: Option<HttpRequest>,
}

/// `AttributeContext.HttpRequest`.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub(crate) struct HttpRequest {
    #[prost(string, tag = "2")]
    pub(crate) method: String,
    /// One for each name, with the values of repeated fields joined by commas. On the wire, a map is a list of its
    /// entries; read as a list, an entry that is there twice is visible.
    #[prost(message, repeated, tag = "3")]
    pub(crate) headers: Vec<Field>,
    #[prost(string, tag = "4")]
    pub(crate) path: String,
    #[prost(string, tag = "5")]
    pub(crate) host: String,
    #[prost(string, tag = "6")]
    pub(crate) scheme: String,
    /// With `encode_raw_headers` instead of `headers`: each field as it came.
    #[prost(message, optional, tag = "13")]
    pub(crate) header_map: Option<Fields>,
}

/// `HeaderMap`, which is a list.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Fields {
    #[prost(message, repeated, tag = "1")]
    pub(crate) headers: Vec<Field>,
}

/// `HeaderValue`, and an entry of `map<string, string>`.
#[derive(Clone, PartialEq, Message)]
#[prost(skip_debug)]
pub(crate) struct Field {
    #[prost(string, tag = "1")]
    pub(crate) key: String,
    #[prost(string, tag = "2")]
    pub(crate) value: String,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) raw_value: Vec<u8>,
}

/// Exactly one of `denied` and `accepted` is present.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct CheckResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) status: Option<Status>,
    #[prost(message, optional, tag = "2")]
    pub(crate) denied: Option<Denied>,
    #[prost(message, optional, tag = "3")]
    pub(crate) accepted: Option<Accepted>,
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Status {
    /// 0 accepts the request.
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
}

/// `DeniedHttpResponse`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Denied {
    #[prost(message, optional, tag = "1")]
    pub(crate) status: Option<HttpStatus>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) headers: Vec<FieldChange>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct HttpStatus {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
}

/// `OkHttpResponse`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Accepted {
    /// Of the request to the upstream.
    #[prost(message, repeated, tag = "2")]
    pub(crate) headers: Vec<FieldChange>,
    #[prost(string, repeated, tag = "5")]
    pub(crate) headers_to_remove: Vec<String>,
    #[prost(message, repeated, tag = "6")]
    pub(crate) response_headers_to_add: Vec<FieldChange>,
}

/// `HeaderValueOption`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FieldChange {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<Field>,
    /// `HeaderAppendAction`.
    #[prost(int32, tag = "3")]
    pub(crate) append_action: i32,
}

/// Without the path, whose query can have a token, and without the fields.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut request = formatter.debug_struct("HttpRequest");
        request
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// Without the value.
impl fmt::Debug for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut field = formatter.debug_struct("Field");
        field.field("key", &self.key).finish_non_exhaustive()
    }
}
