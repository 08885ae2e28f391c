//! Envoy as a client of `ext_authz` over gRPC.

use http::uri::PathAndQuery;
use prost::Message;
use tonic::client::Grpc;
use tonic::transport::Endpoint;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

use super::world::World;

#[path = "../../src/ext_authz/messages.rs"]
mod messages;

pub(crate) use messages::{
    Accepted, Attributes, CheckRequest, CheckResponse, Field, FieldChange, Fields, HttpRequest,
    OriginalRequest, Source,
};

pub(crate) const ENVOY: &str = "proxy = \"envoy-grpc\"\ntrusted_peers = [\"127.0.0.1\"]";
pub(crate) const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

/// An original request with these fields, each as it came.
pub(crate) fn original(method: &str, path: &str, fields: &[(&str, &str)]) -> HttpRequest {
    let raw = |(key, value): &(&str, &str)| Field {
        key: (*key).to_owned(),
        value: String::new(),
        raw_value: value.as_bytes().to_vec(),
    };
    HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        host: "api.example.com".to_owned(),
        scheme: "https".to_owned(),
        headers: Vec::new(),
        header_map: Some(Fields {
            headers: fields.iter().map(raw).collect(),
        }),
    }
}

/// The fields as a map, as without `encode_raw_headers`.
pub(crate) fn joined(mut request: HttpRequest) -> HttpRequest {
    for Field { key, raw_value, .. } in request.header_map.take().unwrap().headers {
        let value = String::from_utf8(raw_value).unwrap();
        match request.headers.iter_mut().find(|field| field.key == key) {
            Some(field) => field.value = format!("{},{value}", field.value),
            None => request.headers.push(Field {
                key,
                value,
                raw_value: Vec::new(),
            }),
        }
    }
    request
}

pub(crate) fn message(http: HttpRequest) -> CheckRequest {
    let request = OriginalRequest { http: Some(http) };
    CheckRequest {
        attributes: Some(Attributes {
            source: None,
            request: Some(request),
        }),
    }
}

/// A honest request with these fields besides.
pub(crate) fn honest(
    world: &World,
    method: &str,
    path: &str,
    fields: &[(&str, &str)],
) -> HttpRequest {
    let (authorization, dpop) = credentials(world, method, path);
    let own = [("authorization", &*authorization), ("dpop", &*dpop)];
    original(method, path, &[&own, fields].concat())
}

pub(crate) fn credentials(world: &World, method: &str, path: &str) -> (String, String) {
    let lines = world.credentials(method, path);
    let mut values = lines.lines().map(|line| line.split_once(": ").unwrap().1);
    let (authorization, dpop) = (values.next().unwrap(), values.next().unwrap());
    (authorization.to_owned(), dpop.to_owned())
}

/// Calls this method of the service.
pub(crate) async fn call<M: Message + Clone + 'static>(
    world: &World,
    path: &'static str,
    message: M,
) -> Result<CheckResponse, Status> {
    let address = format!("http://{}", world.gate.address());
    let channel = Endpoint::from_shared(address).unwrap();
    let mut client = Grpc::new(channel.connect().await.unwrap());
    client.ready().await.unwrap();
    let codec = ProstCodec::<M, CheckResponse>::default();
    let path = PathAndQuery::from_static(path);
    let response = client.unary(Request::new(message), path, codec).await?;
    Ok(response.into_inner())
}

pub(crate) async fn check(world: &World, http: HttpRequest) -> CheckResponse {
    call(world, CHECK, message(http)).await.unwrap()
}

impl CheckResponse {
    pub(crate) fn expect_accepted(self) -> Accepted {
        assert_eq!(self.status.map(|status| status.code), Some(0));
        assert_eq!(self.denied, None);
        self.accepted.unwrap()
    }

    /// The status of the response to the client, and the values of a field in it.
    pub(crate) fn expect_denied(self, field: &str) -> (i32, Vec<String>) {
        assert_ne!(self.status.unwrap().code, 0);
        assert_eq!(self.accepted, None);
        let denied = self.denied.unwrap();
        (denied.status.unwrap().code, values(&denied.headers, field))
    }
}

/// What is set, whether it replaces or is added.
pub(crate) fn values(changes: &[FieldChange], name: &str) -> Vec<String> {
    let fields = changes.iter().map(|change| change.header.as_ref().unwrap());
    let named = fields.filter(|field| field.key == name);
    named.map(|field| field.value.clone()).collect()
}
