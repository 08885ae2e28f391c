//! A server of its own for each test: started, stopped, paused and changed.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use redis::AsyncConnectionConfig;
use sender_constraint_redis::Servers;
use tokio::time::{Instant, sleep};

/// How long one command of a test waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a test waits for a change: longer than Sentinel's TILT mode of 30 s, which a pause of the machine starts.
const LIMIT: Duration = Duration::from_secs(60);

/// Ends with the value.
pub(crate) struct Server {
    child: Option<Child>,
    folder: PathBuf,
    arguments: Vec<String>,
    pub(crate) port: u16,
    /// For the commands of the test.
    pub(crate) password: Option<&'static str>,
}

impl Server {
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        let server = Self::launch(free_port(), arguments);
        server.until_ready().await;
        server
    }

    /// On this port, and perhaps not yet ready.
    pub(crate) fn launch(port: u16, arguments: &[&str]) -> Self {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let number = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let name = format!("sender-constraint-redis-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let mut server = Self {
            child: None,
            folder,
            arguments: arguments
                .iter()
                .map(|argument| (*argument).to_owned())
                .collect(),
            port,
            password: None,
        };
        server.spawn();
        server
    }

    fn spawn(&mut self) {
        let program = std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into());
        let log = File::create(self.folder.join("log")).unwrap();
        let mut command = Command::new(program);
        if let Some(file) = self
            .arguments
            .first()
            .filter(|argument| argument.ends_with(".conf"))
        {
            command.arg(file);
        }
        let is_option = |argument: &&String| !argument.ends_with(".conf");
        let port = self.port.to_string();
        command
            .current_dir(&self.folder)
            .args([
                "--port",
                &port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ])
            .args(self.arguments.iter().filter(is_option))
            .stdout(Stdio::from(log));
        self.child = Some(
            command
                .spawn()
                .expect("redis-server on the PATH, or REDIS_SERVER"),
        );
    }

    /// Kills it: what it had is lost.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts it again, empty.
    pub(crate) async fn restart(&mut self) {
        self.kill();
        self.spawn();
        self.until_ready().await;
    }

    pub(crate) fn pause(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn servers(&self) -> Servers {
        Servers::single(&self.url()).unwrap()
    }

    pub(crate) async fn until_ready(&self) {
        eventually("the server answers", || async {
            let answer: redis::RedisResult<String> = self.try_command(&["PING"]).await;
            answer.is_ok()
        })
        .await;
    }

    pub(crate) async fn command<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_command(words).await.unwrap()
    }

    /// A section of `INFO`; empty while the server does not answer.
    pub(crate) async fn info(&self, section: &str) -> String {
        self.try_command(&["INFO", section])
            .await
            .unwrap_or_default()
    }

    async fn try_command<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let url = match self.password {
            Some(password) => format!("redis://:{password}@127.0.0.1:{}", self.port),
            None => self.url(),
        };
        let client = redis::Client::open(url)?;
        // The server may share a busy machine with a whole test run.
        let patient = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&patient)
            .await?;
        let mut command = redis::cmd(words[0]);
        for word in &words[1..] {
            command.arg(*word);
        }
        command.query_async(&mut connection).await
    }

    pub(crate) fn folder(&self) -> &PathBuf {
        &self.folder
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Waits up to [`LIMIT`].
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        if is_so().await {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("not within {LIMIT:?}: {what}");
}

pub(crate) fn free_port() -> u16 {
    // Below the range of ports that connections get, and with space for the bus of a Cluster at 10,000 more.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let start = std::process::id() % 10_000;
        let port = u16::try_from(10_000 + (start + number * 7) % 12_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
