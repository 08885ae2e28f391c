//! What is refused before any connection.
#![allow(clippy::unwrap_used, reason = "a test may fail by panic")]

use std::time::Duration;

use sender_constraint_redis::{ConfigError, RedisDenyList, RedisReplayStore, Servers};

fn servers() -> Servers {
    Servers::single("redis://127.0.0.1:1").unwrap()
}

#[test]
fn urls_are_refused_without_being_shown() {
    for url in [
        "",
        "http://user:secret@host",
        "redis://:secret@",
        "redis://user:secret@host/database",
        "user:secret@host",
        "redis://user:secret@host?protocol=9",
        "rediss://user:secret@host/#insecure",
    ] {
        let error = Servers::single(url).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(
            matches!(error, ConfigError::Url { position: 1, .. }),
            "{url}: {text}"
        );
        assert!(
            !text.contains("secret") && !text.contains("user@"),
            "{text}"
        );
    }
    let error = Servers::cluster(["redis://host", "unix:///socket"]).unwrap_err();
    assert!(
        matches!(error, ConfigError::Url { position: 2, .. }),
        "{error}"
    );
    for url in [
        "redis://host",
        "valkey://host:1",
        "rediss://user:secret@host",
        "valkeys://host/3",
        "unix:///socket",
    ] {
        assert!(!format!("{:?}", Servers::single(url).unwrap()).contains("secret"));
    }
}

#[test]
fn servers_need_a_url_and_sentinels_a_name() {
    let none: [&str; 0] = [];
    assert_eq!(Servers::cluster(none).unwrap_err(), ConfigError::NoServers);
    assert_eq!(
        Servers::sentinel("mymaster", none).unwrap_err(),
        ConfigError::NoServers
    );
    assert_eq!(
        Servers::sentinel("", ["redis://host"]).unwrap_err(),
        ConfigError::PrimaryName
    );
}

#[test]
fn settings_without_effect_are_refused() {
    let cluster = Servers::cluster(["redis://host"]).unwrap();
    assert!(matches!(
        cluster.database(1),
        Err(ConfigError::Unused { .. })
    ));
    assert!(servers().database(1).is_ok());
}

#[cfg(feature = "tls")]
#[test]
fn certificates_are_read_at_once() {
    let secure = || Servers::single("rediss://host").unwrap();
    assert!(matches!(
        servers().root_certificates(b""),
        Err(ConfigError::Unused { .. })
    ));
    assert!(matches!(
        servers().client_certificate(b"", b""),
        Err(ConfigError::Unused { .. })
    ));
    let bad: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for pem in [b"".as_slice(), b"text", bad] {
        let error = secure().root_certificates(pem).unwrap_err();
        assert!(matches!(error, ConfigError::Certificate { .. }), "{error}");
    }
    for (chain, key) in [(b"".as_slice(), bad), (bad, b""), (bad, b"secret")] {
        let error = secure().client_certificate(chain, key).unwrap_err();
        assert!(matches!(error, ConfigError::Certificate { .. }), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn each_limit_has_two_sides() {
    let millis = Duration::from_millis;
    let builder = || RedisReplayStore::builder(servers());
    for (limit, is_accepted) in [(0, false), (1, true), (30_000, true), (30_001, false)] {
        assert_eq!(
            builder().timeout(millis(limit)).is_ok(),
            is_accepted,
            "{limit}"
        );
    }
    for (limit, is_accepted) in [(9, false), (10, true), (30_000, true), (30_001, false)] {
        assert_eq!(
            servers().connect_timeout(millis(limit)).is_ok(),
            is_accepted,
            "{limit}"
        );
    }
    for (limit, is_accepted) in [
        (999, false),
        (1_000, true),
        (3_600_000, true),
        (3_600_001, false),
    ] {
        assert_eq!(
            builder().clock_difference(millis(limit)).is_ok(),
            is_accepted,
            "{limit}"
        );
    }
    for (calls, is_accepted) in [(0, false), (1, true), (1_000_000, true), (1_000_001, false)] {
        assert_eq!(builder().max_waiting(calls).is_ok(), is_accepted, "{calls}");
    }
    let longest = "x".repeat(64);
    for (prefix, is_accepted) in [
        ("", false),
        ("x", true),
        (longest.as_str(), true),
        (&format!("{longest}x"), false),
        ("a b", false),
        ("{x}", false),
        ("é", false),
    ] {
        assert_eq!(
            builder().key_prefix(prefix).is_ok(),
            is_accepted,
            "{prefix}"
        );
    }
}

#[test]
fn each_limit_of_the_deny_list_has_two_sides() {
    let millis = Duration::from_millis;
    let builder = || RedisDenyList::builder(servers());
    for (limit, is_accepted) in [(0, false), (1, true), (30_000, true), (30_001, false)] {
        assert_eq!(
            builder().timeout(millis(limit)).is_ok(),
            is_accepted,
            "{limit}"
        );
    }
    for (interval, is_accepted) in [(19, false), (20, true), (500, true), (501, false)] {
        assert_eq!(
            builder().interval(millis(interval)).is_ok(),
            is_accepted,
            "{interval}"
        );
    }
    let day = 24 * 60 * 60 * 1_000;
    for (interval, is_accepted) in [(999, false), (1_000, true), (day, true), (day + 1, false)] {
        assert_eq!(
            builder().full_interval(millis(interval)).is_ok(),
            is_accepted,
            "{interval}"
        );
    }
    let longest = 10 * 366 * day;
    for (life, is_accepted) in [
        (59_999, false),
        (60_000, true),
        (longest, true),
        (longest + 1, false),
    ] {
        assert_eq!(
            builder().default_life(millis(life)).is_ok(),
            is_accepted,
            "{life}"
        );
    }
    for (limit, is_accepted) in [
        (0, false),
        (1, true),
        (10_000_000, true),
        (10_000_001, false),
    ] {
        assert_eq!(builder().max_entries(limit).is_ok(), is_accepted, "{limit}");
    }
    assert!(builder().key_prefix("{x}").is_err());
}

#[test]
fn a_lazy_store_needs_a_runtime() {
    let error = RedisDenyList::builder(servers())
        .connect_lazy()
        .unwrap_err();
    assert_eq!(error, ConfigError::NoRuntime);
    let error = RedisReplayStore::builder(servers())
        .connect_lazy()
        .unwrap_err();
    assert_eq!(error, ConfigError::NoRuntime);
}

#[tokio::test]
async fn debug_output_shows_no_password() {
    let servers = Servers::single("redis://user:secret@127.0.0.1:1").unwrap();
    let builder = RedisReplayStore::builder(servers.credentials("user", "other-secret"));
    let shown = format!("{builder:?} {:?}", builder.clone().connect_lazy().unwrap());
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("127.0.0.1:1"), "{shown}");
}

#[test]
fn urls_of_a_cluster_agree_and_name_no_database() {
    for second in [
        "rediss://user:secret@two",
        "redis://other:secret@two",
        "redis://user:other@two",
        "redis://two",
        "redis://user:secret@two/3",
    ] {
        let error = Servers::cluster(["redis://user:secret@one", second]).unwrap_err();
        assert!(
            matches!(error, ConfigError::Url { position: 2, .. }),
            "{second}: {error}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    assert!(Servers::cluster(["redis://user:secret@one", "redis://user:secret@two/0"]).is_ok());
    let error = Servers::sentinel("mymaster", ["redis://one/3"]).unwrap_err();
    assert!(error.to_string().contains("`Servers::database`"), "{error}");
}
