//! A goal, what was measured for it, and whether that is enough.

use std::fmt;

/// One line at the end of the run.
pub struct Goal {
    pub number: u8,
    parts: Vec<Part>,
}

struct Part {
    text: String,
    holds: bool,
}

impl Goal {
    pub const fn new(number: u8) -> Self {
        Self {
            number,
            parts: Vec::new(),
        }
    }

    /// `name` may be empty; `unit` goes behind both numbers.
    pub fn at_most(mut self, name: &str, value: f64, limit: f64, unit: &str) -> Self {
        let digits = if limit < 10.0 && limit.fract() != 0.0 {
            3
        } else {
            2
        };
        let text = format!("{name}{value:.digits$}{unit} <= {limit}{unit}");
        let holds = value <= limit;
        self.parts.push(Part { text, holds });
        self
    }

    pub fn at_least(mut self, name: &str, value: f64, limit: f64) -> Self {
        let text = format!("{name}{value:.2} >= {limit}");
        let holds = value >= limit;
        self.parts.push(Part { text, holds });
        self
    }
}

/// `P1 1.012 <= 1.02 ok`
impl fmt::Display for Goal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> = self.parts.iter().map(|part| part.text.as_str()).collect();
        let holds = self.parts.iter().all(|part| part.holds);
        let verdict = if holds { "ok" } else { "MISS" };
        write!(formatter, "P{} {} {verdict}", self.number, texts.join(", "))
    }
}
