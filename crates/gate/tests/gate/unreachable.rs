//! Upstreams without a response: 502 if the upstream refuses, 504 if nothing comes in time (RFC 9110 section 15.6).

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::upstream::Upstream;
use super::world::{World, soon};

#[tokio::test]
async fn an_upstream_that_is_gone_is_a_502() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&gone), "").await;
    drop(gone);
    assert_eq!(world.send("GET", "/", "").await.status, 502);
}

#[tokio::test]
async fn an_upstream_that_is_silent_is_a_504() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = World::before(Upstream::at(&silent), "response_seconds = 1").await;
    let answer = soon(world.send("GET", "/", "")).await.unwrap();
    assert_eq!(answer.status, 504);
}

/// The kernel drops connections beyond the backlog of a socket, as a firewall does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_upstream_that_accepts_no_connection_in_time_is_a_504() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let waiting = [TcpStream::connect(address), TcpStream::connect(address)];
    let [first, second] = waiting;
    let waiting = (first.await.unwrap(), second.await.unwrap());
    let world = World::before(Upstream::at(&full), "connect_seconds = 1").await;
    let answer = soon(world.send("GET", "/", "")).await.unwrap();
    assert_eq!(answer.status, 504);
    drop(waiting);
}
