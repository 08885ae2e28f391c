//! Health checks of Envoy over gRPC.

use http::uri::PathAndQuery;
use prost::Message;
use sender_constraint_gate::Running;
use tonic::client::Grpc;
use tonic::transport::Endpoint;
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use super::envoy::ENVOY;
use super::world::{World, folder};

#[derive(Clone, PartialEq, Message)]
struct HealthCheckRequest {
    #[prost(string, tag = "1")]
    service: String,
}

#[derive(Clone, PartialEq, Message)]
struct HealthCheckResponse {
    #[prost(int32, tag = "1")]
    status: i32,
}

const SERVING: i32 = 1;
const NOT_SERVING: i32 = 2;

async fn health(address: &str, service: &str) -> Result<i32, Status> {
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut client = Grpc::new(channel.connect().await.unwrap());
    client.ready().await.unwrap();
    let codec = ProstCodec::<HealthCheckRequest, HealthCheckResponse>::default();
    let path = PathAndQuery::from_static("/grpc.health.v1.Health/Check");
    let service = service.to_owned();
    let request = Request::new(HealthCheckRequest { service });
    let response = client.unary(request, path, codec).await?;
    Ok(response.into_inner().status)
}

#[tokio::test]
async fn a_gate_with_keys_is_healthy() {
    let world = World::forward_auth(ENVOY).await;
    for service in ["", "envoy.service.auth.v3.Authorization"] {
        let status = health(world.gate.address(), service).await.unwrap();
        assert_eq!(status, SERVING);
    }
    let unknown = health(world.gate.address(), "other").await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test]
async fn a_name_of_a_service_has_a_largest_size() {
    let world = World::forward_auth(ENVOY).await;
    // Tag and length have three bytes.
    for (length, expected) in [
        (1024 - 3, Code::NotFound),
        (1024 - 2, Code::InvalidArgument),
    ] {
        let status = health(world.gate.address(), &"a".repeat(length)).await;
        assert_eq!(status.unwrap_err().code(), expected, "{length}");
    }
}

#[tokio::test]
async fn a_gate_without_keys_is_not_healthy() {
    let folder = folder();
    let config = folder.join("gate.toml");
    let text = format!(
        "listen = \"127.0.0.1:0\"\norigin = \"https://api.example.com\"\nmode = \"forward-auth\"\n\
         [forward_auth]\n{ENVOY}\n[[issuer]]\nname = \"http://127.0.0.1:1\"\n\
         [tokens]\naudiences = [\"https://api.example.com\"]\nstart_without_keys = true\n"
    );
    std::fs::write(&config, text).unwrap();
    let gate = Running::start(&config, []).await.unwrap();
    assert_eq!(health(gate.address(), "").await.unwrap(), NOT_SERVING);
    drop(std::fs::remove_dir_all(folder));
}

#[tokio::test]
async fn only_trusted_peers_learn_it() {
    let untrusted = "proxy = \"envoy-grpc\"\ntrusted_peers = [\"192.0.2.1\"]";
    let world = World::forward_auth(untrusted).await;
    let status = health(world.gate.address(), "").await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
}
