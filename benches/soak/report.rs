//! The table and the verdict, in 100 columns.

use crate::findings::Findings;
use crate::hostile::Attack;
use crate::options::Options;

pub(crate) struct Report<'a> {
    pub(crate) options: &'a Options,
    pub(crate) both: &'a [Findings],
    pub(crate) key_fetches: u64,
}

impl Report<'_> {
    /// Whether all checks passed.
    pub(crate) fn print(&self) -> bool {
        let options = self.options;
        println!(
            "\nSoak: {} min; {} honest and {} hostile requests per second for each program\n",
            options.minutes,
            options.rate,
            options.hostile_rate()
        );
        self.row("", |findings| findings.subject.kind.name().to_owned());
        self.honest();
        self.usage();
        self.hostile();
        println!("the key set was fetched {} times", self.key_fetches);
        self.verdict()
    }

    fn honest(&self) {
        self.row("honest requests answered", |it| number(it.honest.answered));
        self.row("  failed", |it| {
            number(it.honest.failed.count() + it.honest.unconnected.count())
        });
        for (name, quantile) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)] {
            let name = format!("  {name}");
            self.row(&name, |it| {
                format!("{:.2} ms", it.honest.quantile(quantile))
            });
        }
        self.row("  connections", |it| {
            number(it.subject.honest.connections.opened())
        });
    }

    fn usage(&self) {
        let mebibytes = |kib: u64| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024);
        let median = |kib: Option<u64>| kib.map_or_else(|| "no sample".to_owned(), mebibytes);
        self.row("memory after warm-up", |it| median(it.memory().start));
        self.row("  in the middle", |it| median(it.memory().middle));
        self.row("  at the end", |it| median(it.memory().end));
        self.row("  at most", |it| mebibytes(it.memory().most));
        self.row("descriptors before the load", |it| {
            number(it.subject.first.descriptors)
        });
        self.row("  at most", |it| {
            number(it.subject.samples().most(|usage| usage.descriptors))
        });
        self.row("  after it", |it| number(it.settled.descriptors));
        self.row("threads before the load", |it| {
            number(it.subject.first.threads)
        });
        self.row("  at most", |it| {
            number(it.subject.samples().most(|usage| usage.threads))
        });
    }

    fn row(&self, name: &str, value: impl Fn(&Findings) -> String) {
        let values: String = self
            .both
            .iter()
            .map(|findings| format!("{:>33}", value(findings)))
            .collect();
        println!("{name:<33}{values}");
    }

    fn hostile(&self) {
        let heads = format!(
            "{:>9}{:>8}{:>8}{:>8}",
            "refused", "closed", "valid", "WRONG"
        );
        println!("\n{:<33}{}", "hostile", heads.repeat(self.both.len()));
        for attack in Attack::ALL {
            self.row(attack.name(), |it| {
                let outcome = it.subject.attacker.outcomes.of(attack);
                format!(
                    "{:>9}{:>8}{:>8}{:>8}",
                    outcome.refused, outcome.unanswered, outcome.granted, outcome.wrong
                )
            });
        }
        println!();
    }

    fn verdict(&self) -> bool {
        let mut failed = 0;
        for findings in self.both {
            println!("\n{}", findings.subject.kind.name());
            for check in findings.checks() {
                let verdict = match check.passed {
                    Some(true) => "ok",
                    Some(false) => "FAILED",
                    None => "-",
                };
                failed += u32::from(check.passed == Some(false));
                println!("  {verdict:<7}{}", wrapped(&check.text));
            }
        }
        let verdict = match failed {
            0 => "passed".to_owned(),
            _ => format!("FAILED, {failed} of the checks above"),
        };
        println!("\nsoak: {verdict}");
        failed == 0
    }
}

/// With line ends before column 100.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::new();
    let mut column = INDENT;
    for word in text.split(' ') {
        if column + word.len() >= COLUMNS {
            wrapped.push_str(&format!("\n{:INDENT$}", ""));
            column = INDENT;
        } else if !wrapped.is_empty() {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += word.len();
    }
    wrapped
}

/// With a comma before each three digits.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const COLUMNS: usize = 100;
const INDENT: usize = 9;
