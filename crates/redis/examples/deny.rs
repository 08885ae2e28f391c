//! Adds an entry to a shared deny-list, or removes it, from the command line:
//!
//! ```sh
//! REDIS_URL=redis://127.0.0.1:6379 cargo run --example deny -- deny client https://as.example.com app
//! REDIS_URL=redis://127.0.0.1:6379 cargo run --example deny -- lift client https://as.example.com app
//! ```
//!
//! Instead of `client`: `token`, `subject` or `signing-key`, and the name in place of `app`; or `issuer` without a name.

use std::process::ExitCode;

use sender_constraint::revocation::Entry;
use sender_constraint_redis::{RedisDenyList, Servers};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("deny: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<String, Box<dyn std::error::Error>> {
    let (verb, entry) = parse(arguments).ok_or(USAGE)?;
    let url = std::env::var("REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
    let list = RedisDenyList::builder(Servers::single(&url)?)
        .connect()
        .await?;
    if verb == "lift" {
        let was_there = list.lift(&entry).await?;
        return Ok(if was_there {
            "lifted"
        } else {
            "there was no such entry"
        }
        .to_owned());
    }
    list.deny(entry).await?;
    Ok("denied for 24 hours".to_owned())
}

fn parse(arguments: &[String]) -> Option<(&str, Entry)> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (verb, entry) = match words.as_slice() {
        [verb, "client", issuer, name] => (*verb, Entry::client(issuer, name)),
        [verb, "issuer", issuer] => (*verb, Entry::issuer(issuer)),
        [verb, "signing-key", issuer, name] => (*verb, Entry::signing_key(issuer, name)),
        [verb, "subject", issuer, name] => (*verb, Entry::subject(issuer, name)),
        [verb, "token", issuer, name] => (*verb, Entry::token(issuer, name)),
        _ => return None,
    };
    matches!(verb, "deny" | "lift").then_some((verb, entry))
}

const USAGE: &str = "expected deny or lift, then client, subject, token or signing-key with issuer and name, or issuer";
