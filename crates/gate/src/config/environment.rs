//! Environment variables that override the file: `SENDER_CONSTRAINT_GATE__DPOP__MAX_AGE` is `dpop.max_age`.

use std::collections::BTreeMap;

use sender_constraint::config::ValueForm;

use super::shown::shortened;
use super::source::{SettingError, Source};
use super::tree::{Kind, Node};
use super::variable_names::{COMMON_PREFIX, refusal};

/// What the names of variables begin with.
pub(crate) const PREFIX: &str = "SENDER_CONSTRAINT_GATE__";

/// Overrides settings by the variables whose names begin with [`PREFIX`]. The rest of a name is the path of the
/// setting, its parts separated by `__`; a number selects from a list. An empty value, as compose files set it, is none. Refuses
/// other names that begin with [`COMMON_PREFIX`], but those that Kubernetes sets for a Service.
pub(crate) fn override_by(
    root: &mut Node,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<(), SettingError> {
    // By name, so that elements of a list are added in order.
    let variables: BTreeMap<String, String> = variables.into_iter().collect();
    for (variable, value) in variables {
        let name = variable.strip_prefix(COMMON_PREFIX);
        let Some(name) = name.filter(|_| !value.is_empty()) else {
            continue;
        };
        let source = Source::Environment(shortened(&variable, MAX_VARIABLE));
        if let Some(reason) = refusal(name) {
            return Err(SettingError::new(&source, "", reason));
        }
        let Some(path) = variable.strip_prefix(PREFIX) else {
            continue;
        };
        let setting = path.to_ascii_lowercase().replace("__", ".");
        let parts: Vec<_> = setting.split('.').collect();
        set(root, &parts, value, &source)
            .map_err(|reason| SettingError::new(&source, &setting, reason))?;
    }
    Ok(())
}

fn set(node: &mut Node, path: &[&str], value: String, source: &Source) -> Result<(), String> {
    let Some((part, rest)) = path.split_first() else {
        node.kind = Kind::Environment(value);
        node.source = source.clone();
        return Ok(());
    };
    let next = match &mut node.kind {
        Kind::Table(entries) => entries
            .entry((*part).to_owned())
            .or_insert_with(|| empty(rest, source)),
        Kind::List(elements) => {
            let index: usize = part.parse().map_err(|_| {
                format!(
                    "expected the number of a list's element, came {}",
                    ValueForm::Text.shown(part)
                )
            })?;
            if index == elements.len() {
                elements.push(empty(rest, source));
            }
            let length = elements.len();
            elements
                .get_mut(index)
                .ok_or_else(|| format!("expected at most {length}, the length of the list"))?
        }
        other => return Err(format!("{} has no setting {part:?}", other.name())),
    };
    set(next, rest, value, source)
}

/// What a path that continues with `rest` leads through.
fn empty(rest: &[&str], source: &Source) -> Node {
    let kind = match rest.first() {
        None => Kind::Environment(String::new()),
        Some(part) if part.bytes().all(|byte| byte.is_ascii_digit()) => Kind::List(Vec::new()),
        Some(_) => Kind::Table(BTreeMap::new()),
    };
    Node {
        kind,
        source: source.clone(),
    }
}

/// In characters. No setting has a longer name.
const MAX_VARIABLE: usize = 200;
