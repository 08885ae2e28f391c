//! Entries of deny-lists that reach the nodes at different times: a node denies what it received until it receives the
//! removal, also after a restart, a half-written file or a clock step.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sender_constraint::revocation::{DenyFile, DenyList, Entry};

use crate::common::{ISSUER, MintProof as _, NOW, Proof, TempFile, TestClock, World};
use crate::random::{self, Random};

/// How entries reach a node.
enum List {
    /// A file on a volume that all nodes mount.
    File(DenyFile),
    /// Messages, as of a database that publishes changes.
    Messages(DenyList),
}

struct Node {
    list: List,
    world: World,
    /// What it has received.
    denied: BTreeSet<usize>,
    /// Messages that are on their way: when they arrive.
    pending: Vec<(u64, usize, bool)>,
    ahead: i64,
}

/// What the operator wrote.
struct Operator {
    denied: BTreeSet<usize>,
    file: TempFile,
    is_broken: bool,
}

impl Operator {
    fn text(&self) -> String {
        let mut text = String::from("# denied subjects\n");
        for subject in &self.denied {
            write!(
                text,
                "[[subject]]\nissuer = \"{ISSUER}\"\nsubject = \"{subject}\"\n"
            )
            .unwrap();
        }
        text
    }

    fn change(&mut self, subject: usize, random: &mut Random) -> bool {
        let is_denied = self.denied.insert(subject) || !self.denied.remove(&subject);
        let text = self.text();
        // A name without its value: the file is written in place, and the writer has not ended.
        self.is_broken = random.once_in(4);
        match self.is_broken {
            true => self.file.write(&format!("{text}[[subject]]\nissuer = \"")),
            false => self.file.replace(&text),
        }
        is_denied
    }
}

impl Node {
    /// `None` for a file that cannot be read: the process does not start.
    fn start(operator: &Operator, has_file: bool) -> Option<Self> {
        let (list, world) = if has_file {
            let file = DenyFile::open(operator.file.path()).ok()?;
            let world = World::with(|guard| guard.revocation(file.clone()));
            (List::File(file), world)
        } else {
            let list = DenyList::with_clock(TestClock::at(NOW));
            for subject in &operator.denied {
                list.deny(entry(*subject)).unwrap();
            }
            let world = World::with(|guard| guard.deny_list(list.clone()));
            (List::Messages(list), world)
        };
        let denied = operator.denied.clone();
        Some(Self {
            list,
            world,
            denied,
            pending: Vec::new(),
            ahead: 0,
        })
    }

    fn receive(&mut self, operator: &Operator, second: u64, random: &mut Random) {
        match &self.list {
            List::File(file) if random.once_in(4) => match file.reload() {
                Ok(entries) => {
                    assert!(!operator.is_broken);
                    assert_eq!(entries, operator.denied.len());
                    self.denied.clone_from(&operator.denied);
                }
                Err(_) => assert!(operator.is_broken),
            },
            List::File(_) => {}
            List::Messages(list) => {
                for (_, subject, is_denied) in self.pending.extract_if(.., |it| it.0 <= second) {
                    if is_denied {
                        list.deny(entry(subject)).unwrap();
                        self.denied.insert(subject);
                    } else {
                        list.lift(&entry(subject));
                        self.denied.remove(&subject);
                    }
                }
            }
        }
    }
}

fn entry(subject: usize) -> Entry {
    Entry::subject(ISSUER, &subject.to_string())
}

async fn run(has_file: bool, seed: u64) {
    println!("FLEET_SEED={seed}: with a file: {has_file}");
    let mut random = Random::new(seed);
    let file = TempFile::new("# nobody\n");
    let mut operator = Operator {
        denied: BTreeSet::new(),
        file,
        is_broken: false,
    };
    let mut nodes: Vec<Option<Node>> = (0..random.within(2, 4)).map(|_| None).collect();
    let client = World::new();
    let tokens: Vec<_> = (0..SUBJECTS)
        .map(|subject| client.token().claim("sub", subject.to_string()))
        .map(|token| token.claim("exp", NOW + 10_000).sign())
        .collect();
    for second in 0..SECONDS {
        if random.once_in(6) {
            let subject = random.index(SUBJECTS);
            let is_denied = operator.change(subject, &mut random);
            // In order, but at different times.
            let delay = random.within(0, 10);
            for node in nodes.iter_mut().flatten() {
                let last = node.pending.last().map_or(0, |last| last.0);
                let at = last.max(second + random.within(0, delay));
                node.pending.push((at, subject, is_denied));
            }
        }
        for slot in &mut nodes {
            if slot.is_none() || random.once_in(50) {
                *slot = Node::start(&operator, has_file);
            }
            let Some(node) = slot else { continue };
            node.receive(&operator, second, &mut random);
            if random.once_in(20) {
                node.ahead = random.within(0, 4000).cast_signed() - 2000;
            }
            let now = (NOW + 3000 + second)
                .checked_add_signed(node.ahead)
                .unwrap();
            node.world.clock.set(now);
            let subject = random.index(SUBJECTS);
            let proof = Proof::new(&client.client, &tokens[subject]).claim("iat", now);
            let answer = node.world.present(&tokens[subject], &proof.sign()).await;
            let is_denied = node.denied.contains(&subject);
            // The replay store may have forgotten proofs of that time: after a step of the clock.
            let is_right = match answer.outcome().as_str() {
                "TOK(DPoP)" => is_denied,
                "OK" | "INFRA" => !is_denied,
                _ => false,
            };
            let denied = &node.denied;
            assert!(
                is_right,
                "{second}: {subject} of {denied:?}: {}",
                answer.outcome()
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn fleet_02_deny_files_deny_what_they_have_read_until_they_read_its_end() {
    for (seed, _) in random::seeds(2, 2) {
        run(true, seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn fleet_02_deny_lists_deny_what_they_have_received_until_it_is_lifted() {
    for (seed, _) in random::seeds(2, 2) {
        run(false, seed).await;
    }
}

const SECONDS: u64 = 300;
const SUBJECTS: usize = 5;
