//! The rules, each from a file to what it finds there.

use std::collections::BTreeSet;

use super::circles::{check_circles, is_module};
use super::file::File;
use super::lexer::{Token, after_group, after_visibility, is_text};
use super::plan::{APART, EXCEPTIONS, FLOORS, MAX_CODE_LINES, OWNED};

pub(crate) type Findings = Vec<(String, usize, String)>;

/// Every violation, as `file:line: what`.
pub(crate) fn findings(files: &[File]) -> Vec<String> {
    let mut found = Findings::new();
    for file in files {
        found.extend(check_floor(file));
        found.extend(check_names(file));
        found.extend(check_features(file));
        found.extend(check_door(file));
        found.extend(check_shape(file));
        found.extend(check_errors(file));
        found.extend(check_ways(file, files));
    }
    found.extend(check_circles(files));
    found.sort();
    found.dedup();
    let text = |(path, line, what)| format!("{path}:{line}: {what}");
    found.into_iter().map(text).collect()
}

fn check_floor(file: &File) -> Findings {
    let floor_of = |room: &str| FLOORS.iter().position(|(rooms, _)| rooms.contains(&room));
    let room = file.room();
    let Some(floor) = floor_of(room) else {
        return vec![file.finding(1, format!("the room {room} is on no floor"))];
    };
    let mut found = Findings::new();
    for import in &file.imports {
        let target = import.path[0].as_str();
        let is_below = match floor_of(target) {
            Some(other) => other < floor || target == room || (other == floor && FLOORS[floor].1),
            None => true, // not a room: seen by `check_ways`
        };
        if APART.contains(&(room, target)) {
            let what = "token and proof do not import each other";
            found.push(file.finding(import.line, what));
        } else if !is_below {
            let what = format!("imports {target}, which is not below it");
            found.push(file.finding(import.line, what));
        }
    }
    found
}

fn check_names(file: &File) -> Findings {
    let mut found = Findings::new();
    for (at, token) in file.tokens.iter().enumerate() {
        let is_value = file
            .tokens
            .get(at + 1)
            .is_some_and(|next| next.text == "::");
        for (words, owners, what) in &OWNED {
            let Some(word) = words.iter().find(|word| word.stands_at(&file.tokens, at)) else {
                continue;
            };
            let is_excepted = EXCEPTIONS.iter().any(|(place, name, as_type, _)| {
                *name == word.text() && file.is_in(place) && !(*as_type && is_value)
            });
            if !is_excepted && !owners.iter().any(|owner| file.is_in(owner)) {
                let what = format!("names {}: {what}", word.text());
                found.push(file.finding(token.line, what));
            }
        }
    }
    found
}

fn check_features(file: &File) -> Findings {
    let tokens = &file.tokens;
    let mut found = Findings::new();
    let (mut depth, mut body, mut signature) = (0_usize, None, false);
    for (at, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !token.is_literal)
    {
        match token.text.as_str() {
            "fn" => signature = true,
            ";" => signature = false,
            "{" => {
                depth += 1;
                if signature && body.is_none() {
                    body = Some(depth);
                }
                signature = false;
            }
            "}" => {
                if body == Some(depth) {
                    body = None;
                }
                depth -= 1;
            }
            "feature" if is_text(tokens, at + 1, "=") => {
                let is_whole = body.is_none() && switches_an_item(tokens, at);
                if !is_whole {
                    let what = "a feature switches less than a whole item";
                    found.push(file.finding(token.line, what));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether the outer attribute around the token `at` stands before an item.
fn switches_an_item(tokens: &[Token], at: usize) -> bool {
    let opening = tokens[..at].iter().rposition(|token| token.text == "[");
    let Some(opening) = opening.filter(|opening| *opening > 0) else {
        return false;
    };
    if !is_text(tokens, opening - 1, "#") {
        return false;
    }
    let mut next = after_group(tokens, opening);
    while is_text(tokens, next, "#") {
        next = after_group(tokens, next + 1);
    }
    next = after_visibility(tokens, next);
    let first = tokens.get(next).map_or("", |token| &token.text);
    ITEMS.contains(&first)
}

const ITEMS: [&str; 12] = [
    "async", "const", "enum", "fn", "impl", "mod", "static", "struct", "trait", "type", "unsafe",
    "use",
];

fn check_door(file: &File) -> Findings {
    let tokens = &file.tokens;
    let mut at = 0;
    while file.is_door() && at < tokens.len() {
        if is_text(tokens, at, "#") {
            at = after_group(tokens, at + 1 + usize::from(is_text(tokens, at + 1, "!")));
            continue;
        }
        let item = after_visibility(tokens, at);
        let is_mod = is_text(tokens, item, "mod") && is_text(tokens, item + 2, ";");
        if !is_mod && !is_text(tokens, item, "use") {
            return vec![file.finding(tokens[at].line, "a door defines nothing")];
        }
        let end = tokens[at..].iter().position(|token| token.text == ";");
        at = end.map_or(tokens.len(), |end| at + end + 1);
    }
    Findings::new()
}

fn check_shape(file: &File) -> Findings {
    let mut found = Findings::new();
    if file
        .text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//! "))
        .is_none()
    {
        found.push(file.finding(1, "does not open with a sentence in `//!`"));
    }
    let lines: BTreeSet<_> = file.tokens.iter().map(|token| token.line).collect();
    let lines = lines.len();
    if lines > MAX_CODE_LINES {
        let what = format!("has {lines} lines of code, more than {MAX_CODE_LINES}");
        found.push(file.finding(1, what));
    }
    found
}

/// Variants of errors stand in alphabetical order, so that a reader finds one.
fn check_errors(file: &File) -> Findings {
    let tokens = &file.tokens;
    let mut found = Findings::new();
    for at in 0..tokens.len() {
        if !is_text(tokens, at, "enum") || !is_text(tokens, at + 2, "{") {
            continue;
        }
        let end = after_group(tokens, at + 2);
        let name = &tokens[at + 1];
        let variants = variants(tokens, at + 3, end - 1);
        let is_error = (at + 3..end).any(|at| is_text(tokens, at, "error"));
        if is_error && !variants.is_sorted() {
            let what = format!(
                "the variants of {} are not in alphabetical order",
                name.text
            );
            found.push(file.finding(name.line, what));
        }
    }
    found
}

fn variants(tokens: &[Token], mut at: usize, end: usize) -> Vec<&str> {
    let mut names = Vec::new();
    while at < end {
        if is_text(tokens, at, "#") {
            at = after_group(tokens, at + 1);
            continue;
        }
        names.push(tokens[at].text.as_str());
        at += 1;
        while at < end && !is_text(tokens, at, ",") {
            let opens = ["(", "{", "["]
                .into_iter()
                .any(|text| is_text(tokens, at, text));
            at = if opens {
                after_group(tokens, at)
            } else {
                at + 1
            };
        }
        at += 1;
    }
    names
}

/// Rooms are entered by their own doors, never by the root; who lives in a room does not use its door.
fn check_ways(file: &File, files: &[File]) -> Findings {
    let mut found = Findings::new();
    for import in file.imports.iter().filter(|_| !file.is_door()) {
        let room = &import.path[0];
        if !files.iter().any(|other| other.room() == room) {
            let what = format!("imports {room} through the crate root");
            found.push(file.finding(import.line, what));
        }
        let Some(name) = import.path.get(1).filter(|_| room == file.room()) else {
            continue;
        };
        if file.path.contains('/') && !is_module(files, &format!("{room}/{name}")) {
            let what = format!("imports {name} through its own door");
            found.push(file.finding(import.line, what));
        }
    }
    found
}
