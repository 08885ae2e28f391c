//! `sender-constraint-gate`: see the README.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    sender_constraint_gate::run(std::env::args().skip(1)).await
}
