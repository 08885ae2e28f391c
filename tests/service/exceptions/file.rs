//! Exceptions in a file: strictly read, and followed.

use std::time::Duration;

use sender_constraint::exceptions::ExceptionFile;

use crate::common::*;

#[tokio::test]
async fn exceptions_of_a_file_end_by_themselves_and_with_the_file() {
    let file = TempFile::new(APP);
    let exceptions = ExceptionFile::open_with_clock(file.path(), TestClock::at(NOW)).unwrap();
    let world = World::with(|builder| builder.exception_file(exceptions.clone()));
    let token = Token::unbound(&world.issuer).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_passed();
    let exception = answer.access().exception().unwrap();
    assert_eq!(exception.issuer(), ISSUER);
    assert_eq!(exception.client_id(), "app");
    assert_eq!(exception.owner(), "payments");
    assert_eq!(exception.reason(), "release 7");
    assert_eq!(exception.until().as_unix_seconds(), 1_767_225_660);
    world.clock.set(NOW + 60);
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
    world.clock.set(NOW);
    file.replace("# none\n");
    assert_eq!(exceptions.reload(), Ok(0));
    assert!(exceptions.is_empty());
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
}

#[test]
fn example_is_valid_before_and_after_its_end() {
    let of = |now| ExceptionFile::open_with_clock("examples/exceptions.toml", TestClock::at(now));
    assert_eq!(of(NOW).unwrap().len(), 1);
    assert_eq!(of(NOW + 2 * 366 * 24 * 3600).unwrap().len(), 1);
}

#[test]
fn error_names_file_line_and_key() {
    for (line, fact, text) in [
        (None, "it is empty", String::new()),
        (
            Some(1),
            "missing field `owner`",
            APP.replace("owner = \"payments\"\n", ""),
        ),
        (
            Some(1),
            "the owner of an exception must not be empty",
            APP.replace("payments", ""),
        ),
        (
            Some(1),
            "missing field `until`",
            APP.replace("until", "# until"),
        ),
        (
            Some(1),
            "within 366 days",
            APP.replace("2026-01-01", "2027-01-03"),
        ),
        (
            Some(1),
            "`until` is 2026-01-01T00:01:00",
            APP.replace('Z', ""),
        ),
        (
            Some(6),
            "unknown field `untill`",
            APP.replace("until", "untill"),
        ),
        (
            Some(8),
            "the exception is repeated",
            format!("{APP}\n{APP}"),
        ),
    ] {
        let file = TempFile::new(&text);
        let error = ExceptionFile::open_with_clock(file.path(), TestClock::at(NOW)).unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains(fact), "{fact}: {shown}");
        assert!(shown.contains("file.toml"), "{shown}");
        if let Some(line) = line {
            assert!(shown.contains(&format!("line {line},")), "{shown}");
        }
    }
}

#[test]
fn file_has_at_most_1000_exceptions() {
    let of = |count: u32| {
        let tables: String = (0..count)
            .map(|number| APP.replace("\"app\"", &format!("\"{number}\"")))
            .collect();
        let file = TempFile::new(&tables);
        ExceptionFile::open_with_clock(file.path(), TestClock::at(NOW))
    };
    assert_eq!(of(1000).unwrap().len(), 1000);
    let error = of(1001).unwrap_err().to_string();
    assert!(error.contains("more than 1000 exceptions"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn changed_file_takes_effect() {
    let file = TempFile::new("# none\n");
    let exceptions = ExceptionFile::watch(file.path()).unwrap();
    // Long ended.
    file.replace(&APP.replace("2026", "2016"));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(exceptions.len(), 1);
}

const APP: &str = "[[exception]]
issuer = \"https://as.example.com\"
client_id = \"app\"
owner = \"payments\"
reason = \"release 7\"
until = 2026-01-01T00:01:00Z
";
