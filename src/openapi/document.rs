//! An OpenAPI document with the security schemes and requirements that are enforced.

use http::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::error::OpenApiError;
use super::security::{Security, name_of};

impl Security {
    /// Completes an OpenAPI 3.1 document: sets `components.securitySchemes`, and `security` of each operation. Returns
    /// it as JSON.
    ///
    /// Operations are found by the paths of the document, which must be spelled as the routes are (`/accounts/{id}`,
    /// with the prefix of `nest`). `security` of an operation that has a requirement is replaced. An operation without
    /// a requirement must have a `security` of its own: `[]`, or `[{}]`, if it is public, otherwise with schemes of
    /// other names; that is kept. [`unguarded_paths`](crate::unguarded_paths) tests whether the public operations are
    /// the ones intended. Without a table of requirements, the guard's security is set for all operations but those
    /// whose `security` is `[]` or `[{}]`.
    ///
    /// Routes of a table that the document does not have are not reported: compare its paths with
    /// [`RouteRequirements::iter`](crate::require::RouteRequirements::iter) where all must be described.
    ///
    /// Webhooks, callbacks and extensions (`x-..`) are left as they are. A path with `$ref` is an error, since its
    /// operations are elsewhere, and so is a security scheme that has the name of one of [`Security::schemes`] and
    /// differs.
    ///
    /// # Errors
    ///
    /// [`OpenApiError::Undeclared`] with all operations that have no requirement, [`OpenApiError::Unmeetable`] and
    /// [`OpenApiError::Requirement`] for a requirement that no request can meet, [`OpenApiError::Alternatives`] beyond
    /// 64 combinations of scopes, [`OpenApiError::Version`] and [`OpenApiError::Document`] for another document than
    /// one of OpenAPI 3.1.
    pub fn document(&self, document: &impl Serialize) -> Result<String, OpenApiError> {
        let not_json = |error: serde_json::Error| OpenApiError::Document(error.to_string());
        let mut document = serde_json::to_value(document).map_err(not_json)?;
        check_version(&document)?;
        if document.get("paths").is_none() {
            return Err(OpenApiError::Document("one without `paths`".to_owned()));
        }
        let mut undeclared = Vec::new();
        for (path, item) in members(&mut document, "paths")? {
            if path.starts_with("x-") {
                continue;
            }
            for (name, operation) in operations(path, item)? {
                let Some(method) = method_of(name) else {
                    continue;
                };
                if !self.complete(&method, path, operation)? {
                    undeclared.push(self.undeclared(&method, path));
                }
            }
        }
        if !undeclared.is_empty() {
            return Err(OpenApiError::Undeclared(undeclared));
        }
        let components = member(&mut document, "components")?;
        let schemes = members(components, "securitySchemes")?;
        for (name, scheme) in self.scheme_objects() {
            match schemes.get(&name) {
                Some(other) if *other != scheme => {
                    return Err(OpenApiError::Document(format!(
                        "one with another security scheme `{name}`: rename it, or remove it if it describes this guard"
                    )));
                }
                _ => schemes.insert(name, scheme),
            };
        }
        Ok(document.to_string())
    }

    /// Whether it is known what the operation requires.
    fn complete(
        &self,
        method: &Method,
        path: &str,
        operation: &mut Value,
    ) -> Result<bool, OpenApiError> {
        let stated = operation.get("security");
        if !self.has_tables() && stated.is_some_and(is_public) {
            return Ok(true);
        }
        match self.security(method, path)? {
            Some(security) => {
                let operation = operation.as_object_mut();
                let operation = operation.ok_or_else(|| not_an_object(&name_of(method, path)))?;
                operation.insert("security".to_owned(), security);
                Ok(true)
            }
            None => Ok(stated.is_some_and(|stated| is_public(stated) || self.is_of_others(stated))),
        }
    }

    /// Whether each alternative has schemes, none of which is one of the guard's.
    fn is_of_others(&self, security: &Value) -> bool {
        let own = self.scheme_objects();
        let is_of_others = |requirement: &Value| {
            let schemes = requirement.as_object();
            schemes.is_some_and(|schemes| {
                !schemes.is_empty() && schemes.keys().all(|name| !own.contains_key(name))
            })
        };
        let requirements = security.as_array();
        requirements.is_some_and(|all| all.iter().all(is_of_others))
    }
}

/// No requirement, or an empty one alone.
fn is_public(security: &Value) -> bool {
    match security.as_array().map(Vec::as_slice) {
        Some([]) => true,
        Some([only]) => *only == json!({}),
        _ => false,
    }
}

fn check_version(document: &Value) -> Result<(), OpenApiError> {
    let version = document.get("openapi").and_then(Value::as_str);
    let version = version.ok_or_else(|| {
        OpenApiError::Document("something without the member `openapi`".to_owned())
    })?;
    if version.starts_with("3.1.") {
        return Ok(());
    }
    Err(OpenApiError::Version(version.to_owned()))
}

/// The members of a Path Item Object.
fn operations<'a>(
    path: &str,
    item: &'a mut Value,
) -> Result<&'a mut Map<String, Value>, OpenApiError> {
    let members = item.as_object_mut().ok_or_else(|| not_an_object(path))?;
    if members.contains_key("$ref") {
        return Err(OpenApiError::Document(format!(
            "one in which the path `{path}` has `$ref`: put its operations in its place"
        )));
    }
    Ok(members)
}

/// The methods of a Path Item Object; its other members are no operations.
fn method_of(name: &str) -> Option<Method> {
    let methods = [
        ("delete", Method::DELETE),
        ("get", Method::GET),
        ("head", Method::HEAD),
        ("options", Method::OPTIONS),
        ("patch", Method::PATCH),
        ("post", Method::POST),
        ("put", Method::PUT),
        ("trace", Method::TRACE),
    ];
    let found = methods.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, method)| method)
}

/// The member of an object, which is made if it is absent.
fn member<'a>(parent: &'a mut Value, name: &str) -> Result<&'a mut Value, OpenApiError> {
    let parent = parent.as_object_mut();
    let parent = parent.ok_or_else(|| OpenApiError::Document("no JSON object".to_owned()))?;
    Ok(parent.entry(name).or_insert_with(|| json!({})))
}

fn members<'a>(
    parent: &'a mut Value,
    name: &str,
) -> Result<&'a mut Map<String, Value>, OpenApiError> {
    let found = member(parent, name)?.as_object_mut();
    found.ok_or_else(|| not_an_object(name))
}

fn not_an_object(name: &str) -> OpenApiError {
    OpenApiError::Document(format!("one in which `{name}` is no JSON object"))
}
