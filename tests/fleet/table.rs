//! The table of `guide::fleet`.

use crate::fleet::Setup;
use crate::scenario::Scenario;

/// How often copies of one proof may be accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Limit {
    Times(usize),
    /// Once at each node but the first.
    OncePerOtherNode,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// At nodes that had accepted the proof before.
    pub(crate) same: Limit,
    pub(crate) other: Limit,
}

impl Limit {
    fn parse(cell: &str) -> Self {
        match cell {
            "n - 1" => Self::OncePerOtherNode,
            number => Self::Times(number.parse().expect("a number, or `n - 1`")),
        }
    }

    /// A limit that nothing comes near is not what happens.
    pub(crate) const fn is_reached_by(self, most: usize) -> bool {
        match self {
            Self::Times(times) => most == times,
            // More than one, of the nodes of a fleet.
            Self::OncePerOtherNode => most >= 2,
        }
    }

    pub(crate) const fn allows(self, copies: usize, nodes: usize) -> bool {
        match self {
            Self::Times(times) => copies <= times,
            Self::OncePerOtherNode => copies < nodes,
        }
    }
}

pub(crate) struct Table(Vec<Vec<&'static str>>);

impl Table {
    pub(crate) fn of_the_docs() -> Self {
        let page = include_str!("../../src/guide/fleet.rs");
        let lines = page.lines().filter_map(|line| line.strip_prefix("//! | "));
        let mut rows = lines.map(|line| {
            let cells = line.trim_end_matches(" |").split(" | ");
            cells.collect::<Vec<_>>()
        });
        let head = rows.next().expect("a head");
        assert_eq!(&head[2..], Setup::ALL.map(Setup::column));
        Self(rows.collect())
    }

    pub(crate) fn rows(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn limits(&self, scenario: Scenario, setup: Setup) -> Limits {
        Limits {
            same: self.limit(scenario, "same", setup),
            other: self.limit(scenario, "other", setup),
        }
    }

    fn limit(&self, scenario: Scenario, copies_at: &str, setup: Setup) -> Limit {
        let is_wanted = |row: &&Vec<&str>| row[0] == scenario.text() && row[1] == copies_at;
        let rows: Vec<_> = self.0.iter().filter(is_wanted).collect();
        let [row] = rows[..] else {
            panic!("{} rows for {scenario:?}, {copies_at}", rows.len());
        };
        let column = Setup::ALL.into_iter().position(|other| other == setup);
        Limit::parse(row[2 + column.unwrap()])
    }
}
