//! A deny-list in a file: strictly read, replaced as a whole, and followed.

use std::time::Duration;

use sender_constraint::revocation::{DenyFile, DenyList, Entry, Revocation as _, TokenUse};
use sender_constraint::time::Timestamp;
use sender_constraint::token::AccessToken;
use sender_constraint::{ConfigError, Digest};
use serde_json::{Value, json};

use crate::common::*;

#[test]
fn example_has_an_entry_of_each_kind() {
    let file = DenyFile::open("examples/deny.toml").unwrap();
    assert_eq!(file.len(), 9);
    let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let x5t = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
    let half_past_eight = 1_763_713_800 + 365 * 24 * 3600;
    for (claims, is_denied) in [
        (json!({"jti": "e1j3V_bKic8-LAEB"}), true),
        (json!({"client_id": "app"}), true),
        (json!({"client_id": "batch", "iat": half_past_eight}), true),
        (
            json!({"client_id": "batch", "iat": half_past_eight + 1}),
            false,
        ),
        (json!({"client_id": "batch"}), true),
        (json!({"sub": "mallory"}), true),
        (json!({"sub": "alice", "iat": half_past_eight + 3600}), true),
        (
            json!({"sub": "alice", "iat": half_past_eight + 3601}),
            false,
        ),
        (json!({"cnf": {"jkt": jkt}}), true),
        (json!({"cnf": {"x5t#S256": x5t}}), true),
        (json!({"iss": "https://partner.example.com"}), true),
        (json!({"sub": "bob", "client_id": "other"}), false),
    ] {
        let token = token(&claims);
        assert_eq!(denies(&file, &token, NOW), is_denied, "{claims}");
    }
    let token = token(&json!({})).with_key_id("2026-10");
    assert!(denies(&file, &token, NOW));
}

#[test]
fn entry_of_a_file_ends_at_its_end_or_with_the_file() {
    let file = TempFile::new(&format!("{APP}until = 2026-01-01T00:01:00Z\n{MALLORY}"));
    let list = DenyFile::open(file.path()).unwrap();
    let (app, mallory) = (
        token(&json!({"client_id": "app"})),
        token(&json!({"sub": "mallory"})),
    );
    for (now, app_is_denied) in [(NOW, true), (NOW + 59, true), (NOW + 60, false)] {
        assert_eq!(denies(&list, &app, now), app_is_denied, "{now}");
    }
    assert!(denies(&list, &mallory, NOW + 100 * 366 * 24 * 3600));
    file.replace(APP);
    assert_eq!(list.reload(), Ok(1));
    assert!(denies(&list, &app, NOW + 60));
    assert!(!denies(&list, &mallory, NOW));
}

#[test]
fn error_names_file_line_and_key_and_refuses_the_whole_file() {
    let digest = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    for (line, fact, text) in [
        (None, "it is empty", String::new()),
        (None, "it is empty", "\n \n".to_owned()),
        (Some(5), "expected", format!("{APP}until")),
        (
            Some(5),
            "unknown field `untill`",
            format!("{APP}untill = 2026-01-01T00:00:00Z"),
        ),
        (Some(5), "duplicate key", format!("{APP}client_id = \"b\"")),
        (
            Some(2),
            "`until` is 2026-01-01",
            format!("{APP}until = 2026-01-01"),
        ),
        (
            Some(5),
            "invalid type: string",
            format!("{APP}until = \"2026-01-01T00:00:00Z\""),
        ),
        (
            Some(5),
            "invalid type: integer",
            format!("{APP}until = 1767225600"),
        ),
        (
            Some(5),
            "unknown field `issued_before`",
            "[[token]]\nissuer = \"i\"\njti = \"1\"\n\nissued_before = 2026-01-01T00:00:00Z"
                .to_owned(),
        ),
        (
            Some(6),
            "missing field `issuer`",
            format!("{APP}\n[[subject]]\nsubject = \"mallory\""),
        ),
        (Some(6), "the entry is repeated", format!("{APP}\n{APP}")),
        (
            Some(6),
            "its issuer or name is empty",
            format!("{APP}\n[[issuer]]\nissuer = \"\""),
        ),
        (
            Some(6),
            "`jkt` is not the base64url",
            format!("{APP}\n[[key]]\njkt = \"{digest}=\""),
        ),
        (
            Some(6),
            "`x5t_s256` is not",
            format!("{APP}\n[[certificate]]\nx5t_s256 = \"ab:cd\""),
        ),
        (
            Some(6),
            "unknown field `user`",
            format!("{APP}\n[[user]]\nsubject = \"mallory\""),
        ),
        (
            Some(6),
            "`until` is later than 2106-02-07",
            format!("{MALLORY}\n[[issuer]]\nissuer = \"i\"\nuntil = 2106-02-07T06:28:16Z"),
        ),
    ] {
        let file = TempFile::new(&text);
        let error = DenyFile::open(file.path()).unwrap_err();
        let ConfigError::File {
            path,
            line: found,
            reason,
        } = &error
        else {
            panic!("{error}");
        };
        assert_eq!(path, &file.path().display().to_string());
        assert!(reason.contains(fact), "{fact}: {error}");
        // Some errors are of the table, others of the line in it.
        let is_near = match (found, line) {
            (Some(found), Some(line)) => found.abs_diff(line) <= 1,
            (found, line) => *found == line,
        };
        assert!(is_near, "{fact}: {error}");
        if let Some(found) = found {
            assert!(
                error.to_string().contains(&format!("line {found}")),
                "{error}"
            );
        }
        file.replace(APP);
        let list = DenyFile::open(file.path()).unwrap();
        file.replace(&text);
        assert!(list.reload().is_err());
        assert_eq!(list.len(), 1, "{fact}: the last valid entries stay");
    }
}

#[test]
fn entry_of_a_file_can_end_on_2106_02_07() {
    let file = TempFile::new(&format!("{APP}until = 2106-02-07T06:28:15Z"));
    assert_eq!(DenyFile::open(file.path()).unwrap().len(), 1);
}

#[test]
fn missing_and_oversized_files_are_errors() {
    let file = TempFile::new(APP);
    let list = DenyFile::open(file.path()).unwrap();
    let fits = 16 * 1024 * 1024 - APP.len();
    file.write(&format!("{APP}{}", "#".repeat(fits)));
    assert_eq!(list.reload(), Ok(1));
    file.write(&format!("{APP}{}", "#".repeat(fits + 1)));
    let text = list.reload().unwrap_err().to_string();
    assert!(text.contains("more than 16777216 bytes"), "{text}");
    file.remove();
    let text = list.reload().unwrap_err().to_string();
    assert!(text.contains("cannot be opened"), "{text}");
    assert_eq!(list.len(), 1);
    let folder = file.path();
    let error = DenyFile::open(folder.parent().unwrap()).unwrap_err();
    assert!(error.to_string().contains("not a regular file"), "{error}");
    assert!(DenyFile::open(file.path()).is_err());
}

#[cfg(unix)]
#[test]
fn named_pipe_is_refused_without_a_wait_for_its_writer() {
    let file = TempFile::new(APP);
    let pipe = file.path().with_extension("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let (sender, opened) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(DenyFile::open(pipe).map(drop)));
    let opened = opened.recv_timeout(Duration::from_secs(10));
    let error = opened.expect("no wait for a writer").unwrap_err();
    assert!(error.to_string().contains("not a regular file"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn changed_file_takes_effect_as_a_whole() {
    let file = TempFile::new(APP);
    let list = DenyFile::watch(file.path()).unwrap();
    let (app, mallory) = (
        token(&json!({"client_id": "app"})),
        token(&json!({"sub": "mallory"})),
    );
    assert!(denies(&list, &app, NOW));
    file.replace(MALLORY);
    polls(3).await;
    assert!(denies(&list, &mallory, NOW));
    assert!(!denies(&list, &app, NOW));
    // What is written in place counts too.
    file.write(&format!("{APP}{MALLORY}"));
    polls(3).await;
    assert_eq!(list.len(), 2);
    assert!(!list.is_empty());
}

#[tokio::test(start_paused = true)]
async fn broken_or_missing_file_leaves_the_last_valid_entries() {
    let file = TempFile::new(APP);
    let list = DenyFile::watch(file.path()).unwrap();
    let app = token(&json!({"client_id": "app"}));
    for broken in ["", "[[client]", "[[unknown]]\na = 1"] {
        file.write(broken);
        polls(5).await;
        assert!(denies(&list, &app, NOW), "{broken}");
    }
    file.remove();
    polls(5).await;
    assert!(denies(&list, &app, NOW));
    file.replace(MALLORY);
    polls(3).await;
    assert!(!denies(&list, &app, NOW));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn another_file_of_the_same_length_and_time_is_seen() {
    let file = TempFile::new(APP);
    let list = DenyFile::watch(file.path()).unwrap();
    let modified = std::fs::metadata(file.path()).unwrap().modified().unwrap();
    let other = TempFile::new(&APP.replace("app", "ppa"));
    let written = std::fs::File::options()
        .write(true)
        .open(other.path())
        .unwrap();
    written.set_modified(modified).unwrap();
    std::fs::rename(other.path(), file.path()).unwrap();
    polls(3).await;
    assert!(!denies(&list, &token(&json!({"client_id": "app"})), NOW));
    assert!(denies(&list, &token(&json!({"client_id": "ppa"})), NOW));
}

#[tokio::test(start_paused = true)]
async fn text_that_is_read_once_only_is_not_believed() {
    let file = TempFile::new(&format!("{APP}{MALLORY}"));
    let list = DenyFile::watch(file.path()).unwrap();
    // Half of the new file, which is valid by itself.
    file.write(MALLORY);
    tokio::time::sleep(Duration::from_millis(1010)).await;
    assert_eq!(list.len(), 2, "seen once");
    file.write(&format!("{MALLORY}{APP}"));
    tokio::time::sleep(Duration::from_millis(1010)).await;
    assert_eq!(list.len(), 2, "changed since");
    assert!(denies(&list, &token(&json!({"client_id": "app"})), NOW));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn symbolic_link_that_leads_elsewhere_is_followed() {
    use std::os::unix::fs::symlink;
    let (one, other, link) = (
        TempFile::new(APP),
        TempFile::new(MALLORY),
        TempFile::new(APP),
    );
    link.remove();
    symlink(one.path(), link.path()).unwrap();
    let list = DenyFile::watch(link.path()).unwrap();
    link.remove();
    symlink(other.path(), link.path()).unwrap();
    polls(3).await;
    assert!(denies(&list, &token(&json!({"sub": "mallory"})), NOW));
}

#[tokio::test]
async fn interval_of_reading_is_bounded() {
    let file = TempFile::new(APP);
    for (millis, fits) in [
        (99, false),
        (100, true),
        (3_600_000, true),
        (3_600_001, false),
    ] {
        let watched = DenyFile::watch_every(file.path(), Duration::from_millis(millis));
        assert_eq!(watched.is_ok(), fits, "{millis}");
    }
}

#[test]
fn watching_needs_a_runtime() {
    let file = TempFile::new(APP);
    let error = DenyFile::watch(file.path()).unwrap_err();
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
}

#[tokio::test]
async fn file_and_list_deny_side_by_side() {
    let file = TempFile::new(APP);
    let entries = DenyFile::open(file.path()).unwrap();
    let list = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| {
        let builder = builder.revocation(entries.clone());
        builder.deny_list(list.clone())
    });
    let answer = world.send(world.good_request()).await;
    answer.assert_refused("TOK(DPoP)", "revocation_denied");
    file.replace("# none\n");
    entries.reload().unwrap();
    world.send(world.good_request()).await.assert_passed();
    let jkt = Digest::from_base64url(&world.client.thumbprint()).unwrap();
    list.deny(Entry::key(jkt)).unwrap();
    entries.reload().unwrap();
    let answer = world.send(world.good_request()).await;
    answer.assert_refused("TOK(DPoP)", "revocation_denied");
    assert_eq!(format!("{entries:?}"), "DenyFile(0 entries)");
    assert!(entries.is_empty());
}

/// Lets this many polls happen. The time of the runtime is set, not waited for.
async fn polls(count: u64) {
    tokio::time::sleep(Duration::from_secs(count) + Duration::from_millis(10)).await;
}

fn denies(file: &DenyFile, token: &AccessToken, now: u64) -> bool {
    let now = Timestamp::from_unix_seconds(now);
    file.check(&TokenUse::new(token), now).is_err()
}

fn token(claims: &Value) -> AccessToken {
    let mut all = json!({"iss": ISSUER});
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    AccessToken::from_verified_claims(all.to_string().as_bytes()).unwrap()
}

const APP: &str = "\n[[client]]\nissuer = \"https://as.example.com\"\nclient_id = \"app\"\n";
const MALLORY: &str = "\n[[subject]]\nissuer = \"https://as.example.com\"\nsubject = \"mallory\"\n";
