//! Which processes the servers are: one that was restarted, or took over from another one, may lack what was written.

use std::collections::BTreeSet;

use super::info::ServerInfo;

/// The `run_id` of each server that reports it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Instances {
    run_ids: BTreeSet<String>,
    /// Keys in all databases of these servers.
    keys: u64,
}

impl Instances {
    pub(super) fn of(infos: &[ServerInfo]) -> Self {
        let run_ids = infos.iter().filter_map(|info| info.run_id.clone());
        Self {
            run_ids: run_ids.collect(),
            keys: infos.iter().map(|info| info.keys).sum(),
        }
    }

    pub(crate) const fn keys(&self) -> u64 {
        self.keys
    }

    /// Takes in what the servers report now. Whether there is a process among them that was not there before; not known at
    /// first, and while no server reports it.
    pub(crate) fn update(&mut self, now: Self) -> bool {
        if now.run_ids.is_empty() {
            return false;
        }
        let is_other = !self.run_ids.is_empty() && !now.run_ids.is_subset(&self.run_ids);
        *self = now;
        is_other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instances(run_ids: &[&str]) -> Instances {
        let infos = run_ids.iter().map(|run_id| {
            let text = format!("run_id:{run_id}\r\ndb0:keys=2,expires=1\r\ndb3:keys=1\r\n");
            ServerInfo::parse("server", &text)
        });
        Instances::of(&infos.collect::<Vec<_>>())
    }

    #[test]
    fn another_process_is_told_from_the_same_one() {
        let mut known = Instances::default();
        for (now, is_other) in [
            (instances(&["a"]), false),
            (instances(&["a"]), false),
            (instances(&["b"]), true),
            (instances(&["b"]), false),
            (Instances::default(), false),
            (instances(&["b", "c"]), true),
            (instances(&["c"]), false),
            (instances(&["a", "c"]), true),
        ] {
            assert_eq!(known.update(now.clone()), is_other, "{now:?}");
        }
    }

    #[test]
    fn keys_of_all_databases_count() {
        assert_eq!(instances(&["a", "b"]).keys(), 6);
        let hostile = ServerInfo::parse("server", "db0:keys=x\r\ndb1:\r\ndbkeys=1\r\n");
        assert_eq!(Instances::of(&[hostile]).keys(), 0);
    }
}
