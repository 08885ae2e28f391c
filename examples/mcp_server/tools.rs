//! The tools: they see who calls, and require what they need.

use http::request::Parts;
use rmcp::handler::server::tool::Extension;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::{ErrorData, schemars, tool, tool_router};
use sender_constraint::Access;
use sender_constraint::require::Require;
use serde::Deserialize;

use crate::step_up::Refusal;

#[derive(Clone)]
pub(crate) struct Files;

#[derive(Deserialize, schemars::JsonSchema)]
struct NewFile {
    /// The name of the file.
    name: String,
}

#[tool_router(server_handler)]
impl Files {
    #[tool(description = "Says who calls")]
    fn whoami(&self, Extension(head): Extension<Parts>) -> Result<String, ErrorData> {
        let access = access(&head)?;
        let subject = access.subject().unwrap_or("a client");
        let bound = if access.sender().jkt().is_some() {
            "its key"
        } else {
            "no key"
        };
        Ok(format!("{subject}, with {bound}"))
    }

    #[tool(description = "Writes a file")]
    fn write_file(
        &self,
        Extension(head): Extension<Parts>,
        Parameters(file): Parameters<NewFile>,
    ) -> Result<String, ErrorData> {
        // All scopes of the operation, in one challenge.
        let require = Require::scopes(["files:read", "files:write"]);
        let access = access(&head)?;
        access
            .require(&require)
            .map_err(|error| Refusal::tell(&head, error))?;
        let subject = access.subject().unwrap_or("a client");
        Ok(format!("{} written for {subject}", file.name))
    }
}

/// rmcp hands the head of the HTTP request on, with what the guard found.
fn access(head: &Parts) -> Result<&Access, ErrorData> {
    let access = head.extensions.get::<Access>();
    access.ok_or_else(|| ErrorData::internal_error("no guard around this server", None))
}
