//! Imports that lead back to where they start.

use std::collections::{BTreeMap, BTreeSet};

use super::file::File;
use super::rules::Findings;

/// Follows imports through doors to the files that define what is imported.
pub(crate) fn check_circles(files: &[File]) -> Findings {
    let mut arrows: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.is_door()) {
        let targets = file.imports.iter().filter_map(|import| {
            let target = defined_in(files, &import.path, 0)?;
            (target != file.path).then_some((target, import.line))
        });
        arrows.insert(&file.path, targets.collect());
    }
    let (mut found, mut done) = (Findings::new(), BTreeSet::new());
    for file in files {
        walk(&file.path, &arrows, &mut Vec::new(), &mut done, &mut found);
    }
    found
}

fn walk<'f>(
    path: &'f str,
    arrows: &BTreeMap<&'f str, Vec<(&'f str, usize)>>,
    trail: &mut Vec<&'f str>,
    done: &mut BTreeSet<&'f str>,
    found: &mut Findings,
) {
    if done.contains(path) {
        return;
    }
    trail.push(path);
    for (target, line) in arrows.get(path).into_iter().flatten() {
        match trail.iter().position(|each| each == target) {
            Some(start) => {
                let circle = trail[start..].join(", ");
                let what = format!("closes the circle {circle}");
                found.push((path.to_owned(), *line, what));
            }
            None => walk(target, arrows, trail, done, found),
        }
    }
    trail.pop();
    done.insert(path);
}

/// The file that a path leads to; doors are looked through.
fn defined_in<'f>(files: &'f [File], path: &[String], hops: usize) -> Option<&'f str> {
    let file = |path: &str| files.iter().find(|file| file.path == path);
    for end in 1..=path.len() {
        let module = path[..end].join("/");
        if let Some(file) = file(&format!("{module}.rs")) {
            return Some(&file.path);
        }
        let Some(door) = file(&format!("{module}/mod.rs")) else {
            continue;
        };
        let Some(name) = path.get(end) else {
            return Some(&door.path);
        };
        if is_module(files, &format!("{module}/{name}")) {
            continue;
        }
        let exported = door
            .imports
            .iter()
            .find(|each| each.path.last() == Some(name));
        return match exported {
            Some(exported) if hops < 8 => defined_in(files, &exported.path, hops + 1),
            _ => Some(&door.path),
        };
    }
    None
}

pub(crate) fn is_module(files: &[File], module: &str) -> bool {
    let paths = [format!("{module}.rs"), format!("{module}/mod.rs")];
    files.iter().any(|file| paths.contains(&file.path))
}
