//! The source files of the crate as the rules look at them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::imports::{Import, imports};
use super::lexer::{Token, tokenize, without_tests};

pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Without comments and without test code.
    pub(crate) tokens: Vec<Token>,
    pub(crate) imports: Vec<Import>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let tokens = without_tests(tokenize(text));
        let imports = imports(path, &tokens);
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens,
            imports,
        }
    }

    /// The first part of the path: a folder, or a file of the ground floor plan.
    pub(crate) fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.trim_end_matches(".rs")
    }

    pub(crate) fn is_door(&self) -> bool {
        self.path == "lib.rs" || self.path.ends_with("/mod.rs")
    }

    pub(crate) fn is_in(&self, place: &str) -> bool {
        self.path == place || (place.ends_with('/') && self.path.starts_with(place))
    }

    pub(crate) fn finding(&self, line: usize, what: impl AsRef<str>) -> (String, usize, String) {
        (self.path.clone(), line, what.as_ref().to_owned())
    }
}

/// The crate's source, without files that only tests compile.
pub(crate) fn source() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    read_folder(&root, "", &mut files);
    assert!(
        files.iter().any(|file| file.path == "layer/service.rs"),
        "read src"
    );
    let mut named = BTreeSet::from(["lib.rs".to_owned()]);
    loop {
        let doors = files.iter().filter(|file| named.contains(&file.path));
        let found: Vec<_> = doors.flat_map(modules).collect();
        let before = named.len();
        named.extend(found);
        if named.len() == before {
            break;
        }
    }
    files.retain(|file| named.contains(&file.path));
    files
}

/// The files that a door names; what stands behind `cfg(test)` is not among them.
fn modules(door: &File) -> Vec<String> {
    let folder = door
        .path
        .trim_end_matches("mod.rs")
        .trim_end_matches("lib.rs");
    let declared = door
        .tokens
        .windows(3)
        .filter(|three| three[0].text == "mod" && three[2].text == ";");
    declared
        .flat_map(|three| {
            let name = &three[1].text;
            [
                format!("{folder}{name}.rs"),
                format!("{folder}{name}/mod.rs"),
            ]
        })
        .collect()
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("a plain name");
        let path = format!("{prefix}{name}");
        if entry.file_type().expect("a type").is_dir() {
            read_folder(&entry.path(), &format!("{path}/"), files);
        } else if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path()).expect("text");
            files.push(File::new(&path, &text));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}
