//! The paths by which a file reaches into its own crate.

use std::collections::BTreeSet;

use super::lexer::{Token, is_text};

/// An absolute path inside this crate, and where it stands.
pub(crate) struct Import {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// All paths into this crate: of `use`, and of expressions and types.
pub(crate) fn imports(path: &str, tokens: &[Token]) -> Vec<Import> {
    let mut module: Vec<String> = path
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    let is_door = module
        .last()
        .is_some_and(|last| last == "mod" || last == "lib");
    if is_door {
        module.pop();
    }
    let children: BTreeSet<&str> = tokens
        .windows(2)
        .filter(|pair| is_door && pair[0].text == "mod")
        .map(|pair| pair[1].text.as_str())
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_use = tokens[at].text == "use";
        let before = at.checked_sub(1).map_or("", |at| &tokens[at].text);
        let starts = ["crate", "self", "super"].contains(&tokens[at].text.as_str())
            && is_text(tokens, at + 1, "::")
            && before != "::";
        if is_use || starts {
            let mut paths = Vec::new();
            at = read_paths(tokens, at + usize::from(is_use), &[], &mut paths);
            let own = paths
                .into_iter()
                .filter_map(|(line, path)| Some((line, absolute(path, &module, &children)?)));
            found.extend(own.map(|(line, path)| Import { line, path }));
        } else {
            at += 1;
        }
    }
    found
}

/// One path or a tree of them; returns where it ends.
fn read_paths(
    tokens: &[Token],
    mut at: usize,
    prefix: &[String],
    paths: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let mut path = prefix.to_vec();
    let mut line = 0;
    while let Some(token) = tokens.get(at) {
        let is_name = token.text == "*"
            || token
                .text
                .starts_with(|c: char| c.is_alphabetic() || c == '_');
        if token.text == "{" {
            at += 1;
            while !is_text(tokens, at, "}") && at < tokens.len() {
                at = read_paths(tokens, at, &path, paths);
                at += usize::from(is_text(tokens, at, ","));
            }
            return at + 1;
        }
        if !is_name {
            break;
        }
        line = token.line;
        path.push(token.text.clone());
        at += 1;
        if !is_text(tokens, at, "::") {
            break;
        }
        at += 1;
    }
    if is_text(tokens, at, "as") {
        at += 2;
    }
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    paths.push((line, path));
    at
}

/// The path from the crate's root; `None` if it leads to another crate.
fn absolute(
    path: Vec<String>,
    module: &[String],
    children: &BTreeSet<&str>,
) -> Option<Vec<String>> {
    let first = path.first()?.clone();
    let mut whole = match first.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        child if children.contains(child) => [module, std::slice::from_ref(&first)].concat(),
        _ => return None,
    };
    let mut rest = path.into_iter().peekable();
    while let Some(step) = rest.next_if(|step| ["crate", "self", "super"].contains(&step.as_str()))
    {
        if step == "super" {
            whole.pop();
        }
    }
    if children.contains(first.as_str()) {
        rest.next();
    }
    whole.extend(rest);
    (!whole.is_empty()).then_some(whole)
}
