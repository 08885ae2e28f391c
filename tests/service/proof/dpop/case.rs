//! The cases of `vectors/proofs.json`, and what is expected of each.

use serde::Deserialize;
use serde_json::Value;

use super::change::Change;
use crate::common::{Answer, Key, World};

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) rules: Vec<String>,
    #[serde(rename = "note")]
    _note: String,
    change: Change,
    expect: Expect,
}

#[derive(Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
struct Expect {
    status: u16,
    error: Option<String>,
    kind: Option<String>,
}

/// All cases of the file.
pub(crate) fn cases() -> Vec<Case> {
    let file: Value = serde_json::from_str(include_str!("../../../vectors/proofs.json")).unwrap();
    serde_json::from_value(file["cases"].clone()).unwrap()
}

impl Case {
    /// Sends the good request and then the changed one, or in a guard that has seen nothing the changed
    /// one only; says what differs from what is expected.
    pub(crate) async fn run(&self, warm: bool) -> Result<(), String> {
        let mut world = World::new();
        world.client = Key::from_seed(self.change.key(), 1);
        if warm {
            world.send(world.good_request()).await.assert_passed();
        }
        let calls = world.calls();
        let answer = world.send(self.change.request(&world)).await;
        let found = Expect::of(&answer);
        let served = world.calls() - calls;
        if found == self.expect && served == usize::from(self.expect.status == 200) {
            return Ok(());
        }
        let Self { id, expect, .. } = self;
        Err(format!("{id} (warm: {warm}): {expect:?}, but {found:?}"))
    }
}

impl Expect {
    /// What happened, as far as a file could expect it.
    fn of(answer: &Answer) -> Self {
        let blamed = answer
            .challenges()
            .into_iter()
            .find_map(|challenge| Some(challenge.split_once("error=\"")?.1.split_once('"')?.0));
        let status = answer.status().as_u16();
        Self {
            status,
            error: blamed.map(str::to_owned),
            kind: (status != 200).then(|| answer.kind().to_owned()),
        }
    }
}
