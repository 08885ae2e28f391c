//! How entries are kept in Redis: their ends, the times of `issued_before`, and a stream of changes.

use std::time::Duration;

use redis::Cmd;
use sender_constraint::revocation::Entry;
use sender_constraint::time::Timestamp;

/// The names of the keys: in one slot of a Cluster.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// A sorted set: what is denied, by the end in milliseconds.
    pub(super) ends: String,
    /// A hash: `issued_before` in seconds.
    before: String,
    /// A stream.
    pub(super) changes: String,
    /// A random text that lasts as long as the data.
    pub(super) identity: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        let key = |name| format!("{{{prefix}}}:{name}");
        Self {
            ends: key("ends"),
            before: key("before"),
            changes: key("changes"),
            identity: key("identity"),
        }
    }

    /// Adds an entry, never shortens it, and removes up to 100 that have ended. Answers 0 if there is no space.
    pub(super) fn deny(
        &self,
        entry: &Entry,
        until: Timestamp,
        identity: &str,
        now: Timestamp,
        limit: usize,
    ) -> Cmd {
        let mut command = self.script(DENY);
        let before = entry.covers_issued_before();
        let before = before.map(|time| time.as_unix_seconds().to_string());
        command
            .arg(name(entry))
            .arg(millis(until))
            .arg(before.unwrap_or_default());
        command
            .arg(identity)
            .arg(limit)
            .arg(millis(now.saturating_sub(KEPT_AFTER_END)));
        command.arg(MAX_CHANGES);
        command
    }

    /// Removes an entry. Answers whether it was there.
    pub(super) fn lift(&self, entry: &Entry) -> Cmd {
        let mut command = self.script(LIFT);
        command.arg(name(entry)).arg(MAX_CHANGES);
        command
    }

    fn script(&self, script: &str) -> Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(script).arg(4);
        command
            .arg(&self.ends)
            .arg(&self.before)
            .arg(&self.changes)
            .arg(&self.identity);
        command
    }

    pub(super) fn read_identity(&self) -> Cmd {
        let mut command = redis::cmd("GET");
        command.arg(&self.identity);
        command
    }

    pub(super) fn read_last_change(&self) -> Cmd {
        let mut command = redis::cmd("XREVRANGE");
        command
            .arg(&self.changes)
            .arg("+")
            .arg("-")
            .arg("COUNT")
            .arg(1);
        command
    }

    pub(super) fn read_changes(&self, after: &str) -> Cmd {
        let mut command = redis::cmd("XRANGE");
        command.arg(&self.changes).arg(format!("({after}")).arg("+");
        command.arg("COUNT").arg(PAGE);
        command
    }

    pub(super) fn read_page(&self, cursor: u64) -> Cmd {
        let mut command = redis::cmd("ZSCAN");
        command.arg(&self.ends).arg(cursor).arg("COUNT").arg(PAGE);
        command
    }

    pub(super) fn read_before(&self, names: &[&str]) -> Cmd {
        let mut command = redis::cmd("HMGET");
        command.arg(&self.before).arg(names);
        command
    }
}

/// What Redis holds of an entry.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) until: String,
    /// Empty for an entry that covers tokens of any age.
    pub(super) before: String,
}

impl Stored {
    /// The entry; `None` if this version does not know its form.
    pub(super) fn entry(&self) -> Option<Entry> {
        let entry = named(&self.name)?.until(timestamp(&self.until, 1000.0)?);
        match (has_before(&self.name), self.before.is_empty()) {
            (true, false) => Some(entry.issued_before(timestamp(&self.before, 1.0)?)),
            (false, true) => Some(entry),
            _ => None,
        }
    }
}

/// The entry of a name, without its end. For its removal, `issued_before` may have any time.
pub(super) fn named(name: &str) -> Option<Entry> {
    match name.strip_prefix(BEFORE) {
        Some(json) => Some(Entry::from_target_json(json)?.issued_before(Timestamp::EPOCH)),
        None => Entry::from_target_json(name),
    }
}

pub(super) fn has_before(name: &str) -> bool {
    name.starts_with(BEFORE)
}

fn name(entry: &Entry) -> String {
    let json = entry.target_json();
    match entry.covers_issued_before() {
        Some(_) => format!("{BEFORE}{json}"),
        None => json,
    }
}

fn millis(time: Timestamp) -> u64 {
    let since = time.saturating_duration_since(Timestamp::EPOCH);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn timestamp(text: &str, per_second: f64) -> Option<Timestamp> {
    let seconds = text.parse::<f64>().ok()? / per_second;
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    Some(Timestamp::EPOCH.saturating_add(since))
}

const DENY: &str = "\
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
for _, ended in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[6], 'LIMIT', 0, 100)) do
  if ended ~= ARGV[1] then
    redis.call('ZREM', KEYS[1], ended)
    redis.call('HDEL', KEYS[2], ended)
  end
end
if not known and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[5]) then return 0 end
redis.call('SET', KEYS[4], ARGV[4], 'NX')
redis.call('ZADD', KEYS[1], 'GT', ARGV[2], ARGV[1])
if ARGV[3] ~= '' then
  local before = redis.call('HGET', KEYS[2], ARGV[1])
  if not before or tonumber(before) < tonumber(ARGV[3]) then redis.call('HSET', KEYS[2], ARGV[1], ARGV[3]) end
end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], '*', 'deny', ARGV[1], 'until', ARGV[2], 'before', ARGV[3])
return 1";
const LIFT: &str = "\
local was_there = redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', 'lift', ARGV[1])
return was_there";
/// Distinguishes entries with `issued_before` from those without, which are apart.
const BEFORE: &str = "before:";
pub(super) const PAGE: usize = 1000;
const MAX_CHANGES: usize = 100_000;
/// For a clock that was ahead, as in the list in memory.
const KEPT_AFTER_END: Duration = Duration::from_secs(60 * 60);
