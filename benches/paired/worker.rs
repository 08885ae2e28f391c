//! Our side of `benches/peers`: prints the work as one line of JSON, then makes a pass for each line it reads and
//! prints the nanoseconds of one check.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use serde_json::json;

use crate::checks::clients;
use crate::mint::{AUDIENCE, ISSUER, ORIGIN, PATH, Work};
use crate::world::{Turning, dpop, good_checks, guard, introduce, jwts};

pub fn serve() {
    let work = Work::with_jwts(PROOFS, clients(64));
    let store = Arc::new(Turning::default());
    let guard = guard(jwts(&work), dpop(&store));
    introduce(&guard, &store, &work);
    let cases: Vec<_> = work
        .cases
        .iter()
        .map(|case| json!({"token": case.token, "proof": case.proof}))
        .collect();
    say(&json!({
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "htu": format!("{ORIGIN}{PATH}"),
        "jwks": work.issuer.jwks(),
        "cases": cases,
    })
    .to_string());
    for line in std::io::stdin().lock().lines() {
        let range = line.expect("a line");
        let (start, end) = range.split_once(' ').expect("start and end");
        let block = start.parse().expect("a number")..end.parse().expect("a number");
        let count = u32::try_from(block.len()).expect("a small block");
        store.turn();
        let time = good_checks(&guard, &work, block);
        say(&(time / count).as_nanos().to_string());
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("somebody reads");
    out.flush().expect("somebody reads");
}

const PROOFS: usize = 1024;
