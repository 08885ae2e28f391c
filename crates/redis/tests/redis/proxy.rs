//! A proxy in front of a server that drops a connection instead of an answer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Default)]
struct Plan {
    drops_next: Arc<AtomicBool>,
    dropped: Arc<AtomicU32>,
}

pub(crate) struct Proxy {
    port: u16,
    plan: Plan,
}

impl Proxy {
    pub(crate) async fn start(server: u16) -> Self {
        Self::start_at(0, server).await
    }

    pub(crate) async fn start_at(port: u16, server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let plan = Plan::default();
        tokio::spawn(serve(listener, server, plan.clone()));
        Self { port, plan }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The next `SET` is carried out, and the connection lost before its answer.
    pub(crate) fn drop_next_answer(&self) {
        self.plan.drops_next.store(true, Ordering::SeqCst);
    }

    /// How many answers were dropped since the last call.
    pub(crate) fn dropped(&self) -> u32 {
        self.plan.dropped.swap(0, Ordering::SeqCst)
    }
}

async fn serve(listener: TcpListener, server: u16, plan: Plan) {
    while let Ok((client, _)) = listener.accept().await {
        let plan = plan.clone();
        tokio::spawn(async move {
            let server = TcpStream::connect(("127.0.0.1", server)).await?;
            relay(client, server, &plan).await
        });
    }
}

async fn relay(mut client: TcpStream, mut server: TcpStream, plan: &Plan) -> io::Result<()> {
    let (mut from_client, mut from_server) = ([0; 4096], [0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let bytes = &from_client[..read?];
                if bytes.is_empty() {
                    return Ok(());
                }
                server.write_all(bytes).await?;
                let is_set = bytes.windows(7).any(|window| window == b"$3\r\nSET");
                if is_set && plan.drops_next.swap(false, Ordering::SeqCst) {
                    let answer = server.read(&mut from_server).await?;
                    assert!(answer > 0);
                    plan.dropped.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
            }
            read = server.read(&mut from_server) => {
                let bytes = &from_server[..read?];
                if bytes.is_empty() {
                    return Ok(());
                }
                client.write_all(bytes).await?;
            }
        }
    }
}
