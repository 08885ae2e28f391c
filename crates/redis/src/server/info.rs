//! What a server reports in `INFO`, and whether it can be used.

use crate::connect_error::ConnectError;

/// The lines that decide.
#[derive(Debug, Default)]
pub(crate) struct ServerInfo {
    name: String,
    /// Of Redis, or the one that Valkey is compatible with: 7.2.4.
    version: Option<String>,
    mode: Option<String>,
    role: Option<String>,
    policy: Option<String>,
    is_loading: bool,
    /// Of this process: it changes at each start.
    pub(super) run_id: Option<String>,
    /// In all databases.
    pub(super) keys: u64,
}

impl ServerInfo {
    pub(super) fn parse(name: &str, text: &str) -> Self {
        let mut info = Self {
            name: name.to_owned(),
            ..Self::default()
        };
        for line in text.lines() {
            let Some((key, value)) = line.trim_end().split_once(':') else {
                continue;
            };
            let value = || Some(value.chars().take(MAX_VALUE_CHARS).collect());
            match key {
                "redis_version" => info.version = value(),
                "redis_mode" | "server_mode" => info.mode = value(),
                "role" => info.role = value(),
                "maxmemory_policy" => info.policy = value(),
                "run_id" => info.run_id = value(),
                "loading" => info.is_loading = line.trim_end().ends_with(":1"),
                _ => info.keys = info.keys.saturating_add(keys_of(key, line)),
            }
        }
        info
    }

    /// Whether the server reports its eviction policy.
    pub(super) const fn has_policy(&self) -> bool {
        self.policy.is_some()
    }

    pub(super) fn check(&self, as_cluster: bool) -> Result<(), ConnectError> {
        let server = self.name.clone();
        match self.mode.as_deref() {
            Some("cluster") if !as_cluster => return Err(ConnectError::ClusterNode { server }),
            Some("sentinel") => return Err(ConnectError::Sentinel { server }),
            _ => {}
        }
        if let Some(version) = self
            .version
            .as_deref()
            .filter(|version| !is_recent(version))
        {
            let version = version.to_owned();
            return Err(ConnectError::Version { server, version });
        }
        if matches!(self.role.as_deref(), Some("slave" | "replica")) {
            return Err(ConnectError::Replica { server });
        }
        if self.is_loading {
            return Err(ConnectError::Unavailable(format!(
                "{server} is loading its data set"
            )));
        }
        self.check_policy()
    }

    fn check_policy(&self) -> Result<(), ConnectError> {
        match self.policy.as_deref() {
            None | Some("noeviction") => Ok(()),
            Some(policy) => Err(ConnectError::EvictionPolicy {
                server: self.name.clone(),
                policy: policy.to_owned(),
            }),
        }
    }
}

/// A line of the section on databases: `db0:keys=3,expires=1,..`.
fn keys_of(key: &str, line: &str) -> u64 {
    let number = key.strip_prefix("db").unwrap_or_default();
    let keys = line.split_once(":keys=").map(|(_, rest)| rest);
    match keys.and_then(|keys| keys.split(',').next()) {
        Some(keys) if number.parse::<u32>().is_ok() => keys.trim_end().parse().unwrap_or(0),
        _ => 0,
    }
}

/// 7.0 is the first version with `SET` that has both `NX` and `GET`.
fn is_recent(version: &str) -> bool {
    let major = version.split('.').next().unwrap_or_default();
    major.parse::<u32>().is_ok_and(|major| major >= LEAST_MAJOR)
}

const LEAST_MAJOR: u32 = 7;
const MAX_VALUE_CHARS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), ConnectError> {
        ServerInfo::parse("server", text).check(false)
    }

    fn good(change: (&str, &str)) -> String {
        let good = "# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nmaxmemory_policy:noeviction\r\n\
                    role:master\r\nloading:0\r\n";
        assert_eq!(check(good), Ok(()));
        good.replace(change.0, change.1)
    }

    #[test]
    fn valkey_reports_the_version_it_is_compatible_with() {
        let valkey = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\nserver_mode:standalone\r\n\
                      maxmemory_policy:noeviction\r\nrole:master\r\n";
        assert_eq!(check(valkey), Ok(()));
    }

    #[test]
    fn older_servers_are_named_with_their_version() {
        for (version, is_accepted) in [
            ("6.2.14", false),
            ("7.0.0", true),
            ("10.0.0", true),
            ("x", false),
        ] {
            let result = check(&good(("7.0.15", version)));
            assert_eq!(result.is_ok(), is_accepted, "{version}");
        }
        let error = check(&good(("7.0.15", "6.2.14"))).unwrap_err().to_string();
        assert_eq!(
            error,
            "server is version 6.2.14; expected Redis 7.0 or later, or Valkey"
        );
    }

    #[test]
    fn only_noeviction_is_accepted() {
        for policy in [
            "allkeys-lru",
            "volatile-lru",
            "volatile-ttl",
            "allkeys-random",
            "new-policy",
        ] {
            let error = check(&good(("noeviction", policy))).unwrap_err();
            assert!(
                matches!(error, ConnectError::EvictionPolicy { .. }),
                "{error}"
            );
            assert!(error.to_string().contains(policy), "{error}");
        }
    }

    #[test]
    fn other_kinds_of_servers_name_the_setting_for_them() {
        let cases = [
            (("standalone", "cluster"), "`Servers::cluster`"),
            (("standalone", "sentinel"), "`Servers::sentinel`"),
            (("role:master", "role:slave"), "is a replica"),
            (("loading:0", "loading:1"), "is loading"),
        ];
        for (change, expected) in cases {
            let error = check(&good(change)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let cluster = ServerInfo::parse("server", &good(("standalone", "cluster")));
        assert_eq!(cluster.check(true), Ok(()));
    }

    #[test]
    fn a_server_that_hides_its_policy_is_known_to() {
        let hidden = ServerInfo::parse("server", "redis_version:7.0.15\r\nrole:master\r\n");
        assert!(!hidden.has_policy());
        assert_eq!(hidden.check(false), Ok(()));
    }
}
