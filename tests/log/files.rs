//! What the operator reads of a file that changes.

use std::time::Duration;

use sender_constraint::revocation::DenyFile;
use tracing::Level;

use crate::common::*;
use crate::events::Log;

#[tokio::test(start_paused = true)]
async fn changed_file_is_one_event() {
    let log = Log::listen();
    let file = TempFile::new(ONE);
    let list = DenyFile::watch(file.path()).unwrap();
    pass(10).await;
    assert!(log.events().is_empty());
    file.replace(&ONE.replace("app", "other"));
    pass(10).await;
    let event = log.only_event();
    assert_eq!(event.level, Level::INFO);
    assert_eq!(
        event.text("message"),
        "the file of the deny-list was read again"
    );
    assert_eq!(event.text("entries"), "1");
    assert_eq!(event.text("file"), file.path().display().to_string());
    drop(list);
}

#[tokio::test(start_paused = true)]
async fn broken_file_is_an_error_when_it_breaks_and_once_a_minute() {
    let log = Log::listen();
    let file = TempFile::new(ONE);
    let list = DenyFile::watch(file.path()).unwrap();
    file.replace("[[client]]\nissuer = 1");
    pass(10).await;
    let event = log.only_event();
    assert_eq!(event.level, Level::ERROR);
    let reason = event.text("reason");
    let path = file.path().display().to_string();
    for fact in [path.as_str(), "line 2", "expected a string"] {
        assert!(reason.contains(fact), "{reason}");
    }
    let message = event.text("message");
    assert!(
        message.contains("last valid entries stay in effect"),
        "{message}"
    );
    pass(30).await;
    assert_eq!(log.events().len(), 1);
    pass(60).await;
    assert_eq!(log.events().len(), 2);
    file.replace(ONE);
    pass(90).await;
    assert_eq!(log.events().len(), 2);
    file.remove();
    pass(3).await;
    assert_eq!(log.events().len(), 3);
    drop(list);
    // Nobody needs the entries any more.
    pass(300).await;
    assert_eq!(log.events().len(), 3);
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

const ONE: &str = "[[client]]\nissuer = \"https://as.example.com\"\nclient_id = \"app\"\n";
