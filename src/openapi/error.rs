//! Why no document can be made: reported to the developer, in a test or at the start of a service.

use std::fmt;

use crate::config_error::ConfigError;

/// Why [`Security`](super::Security) does not describe an API.
///
/// ```
/// use sender_constraint::openapi::OpenApiError;
///
/// # use sender_constraint::{Guard, keys::StaticKeys, proof::Dpop, token::JwtVerifier};
/// # let keys = StaticKeys::from_json(r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "1",
/// #     "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#)?;
/// # let tokens = JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)?;
/// # let guard = Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()?;
/// let document = serde_json::json!({"openapi": "3.0.3", "paths": {}});
/// let error = guard.openapi().document(&document).unwrap_err();
/// assert_eq!(error, OpenApiError::Version("3.0.3".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenApiError {
    /// The alternatives of a requirement are too many to be listed.
    #[error(
        "{operation} has more than {most} combinations of alternative scopes: name fewer of them in `Require::any_scope`"
    )]
    Alternatives {
        /// Method and path.
        operation: String,
        /// The limit.
        most: usize,
    },
    /// The document does not serialize, is no JSON object with `paths`, has a path with `$ref`, or another security
    /// scheme of a name that is one of the guard's.
    #[error("expected an OpenAPI document, came {0}")]
    Document(String),
    /// A requirement has a mistake, so that no request can meet it.
    #[error("the requirement of {operation} is not usable: {mistake}")]
    Requirement {
        /// Method and path.
        operation: String,
        /// The mistake.
        mistake: ConfigError,
    },
    /// Operations have no requirement: the guard refuses them, or their path is not spelled as that of the route.
    #[error(
        "no requirement for {}: name each in `RouteRequirements` by the path of the document, or give operations \
         outside of the guard `security: []`", listed(.0)
    )]
    Undeclared(Vec<UndeclaredOperation>),
    /// No token that the guard accepts can meet the requirement.
    #[error(
        "no request can meet the requirement of {operation}: `Require::bound_by` requires a proof that the guard does not accept \
         (`GuardBuilder::dpop`, `GuardBuilder::mtls`)"
    )]
    Unmeetable {
        /// Method and path.
        operation: String,
    },
    /// Another version of OpenAPI: 3.0 has no mutual TLS, and scopes for fewer schemes.
    #[error("expected an OpenAPI document of version 3.1, came version {0:?}")]
    Version(String),
}

/// An operation of a document that has no requirement.
///
/// ```
/// use sender_constraint::openapi::OpenApiError;
///
/// fn operations(error: &OpenApiError) -> Vec<&str> {
///     match error {
///         OpenApiError::Undeclared(all) => all.iter().map(|each| each.operation.as_str()).collect(),
///         _ => Vec::new(),
///     }
/// }
/// # drop(operations);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UndeclaredOperation {
    /// Method and path, as in the document.
    pub operation: String,
    /// The path of a route that differs only in letter case, a final slash, or the names of parameters. A wildcard
    /// (`{*path}`) is a parameter here: it is named also for the path of an operation with an ordinary one.
    pub nearest: Option<String>,
}

impl fmt::Display for UndeclaredOperation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.operation)?;
        match &self.nearest {
            Some(route) => write!(formatter, " (the route is spelled `{route}`)"),
            None => Ok(()),
        }
    }
}

fn listed(operations: &[UndeclaredOperation]) -> String {
    let operations: Vec<_> = operations.iter().map(ToString::to_string).collect();
    operations.join(", ")
}
