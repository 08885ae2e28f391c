//! Operations without a requirement, and the routes that may be meant.

use http::Method;

use super::error::UndeclaredOperation;
use super::security::{Security, name_of};

impl Security {
    pub(super) fn undeclared(&self, method: &Method, path: &str) -> UndeclaredOperation {
        let nearest = self.routes().find(|route| is_near(route, path));
        UndeclaredOperation {
            operation: name_of(method, path),
            nearest: nearest.map(str::to_owned),
        }
    }
}

fn is_near(route: &str, path: &str) -> bool {
    route != path && outline(route) == outline(path)
}

fn outline(path: &str) -> String {
    let segments = path.trim_end_matches('/').split('/').map(|segment| {
        let is_parameter = segment.starts_with('{') && segment.ends_with('}');
        if is_parameter { "{}" } else { segment }
    });
    let segments: Vec<_> = segments.map(str::to_ascii_lowercase).collect();
    segments.join("/")
}
