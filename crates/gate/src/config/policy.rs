//! Which further requests the guard accepts or refuses, and what is not guarded.

use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) allow_unbound_tokens: bool,
    pub(crate) allow_and_report_unbound_tokens: bool,
    pub(crate) accept_early_data: bool,
    pub(crate) refuse_query_tokens: bool,
    pub(crate) grpc_responses: Option<Setting<()>>,
    /// Set if long responses and WebSockets go on when their token expires or is denied.
    pub(crate) let_responses_outlive_tokens: Option<Setting<()>>,
    pub(crate) ignore_confirmation_members: Vec<Setting<String>>,
    pub(crate) deny_file: Option<Setting<String>>,
    pub(crate) exceptions_file: Option<Setting<String>>,
    pub(crate) realm: Option<Setting<String>>,
    pub(crate) resource_metadata: Option<Setting<String>>,
}

impl Policy {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("policy")?;
        let policy = Self {
            allow_unbound_tokens: table.flag("allow_unbound_tokens")?,
            allow_and_report_unbound_tokens: table.flag("allow_and_report_unbound_tokens")?,
            accept_early_data: table.flag("accept_early_data")?,
            refuse_query_tokens: table.flag("refuse_query_tokens")?,
            grpc_responses: table.set_flag("grpc_responses")?,
            let_responses_outlive_tokens: table.set_flag("let_responses_outlive_tokens")?,
            ignore_confirmation_members: table.texts("ignore_confirmation_members")?,
            deny_file: table.text("deny_file")?,
            exceptions_file: table.text("exceptions_file")?,
            realm: table.text("realm")?,
            resource_metadata: table.text("resource_metadata")?,
        };
        table.finish()?;
        Ok(policy)
    }

    /// Refuses settings of responses to clients, which the other proxy sends in forward-auth.
    pub(super) fn check_forward_auth(&self) -> Result<(), SettingError> {
        if let Some(setting) = &self.grpc_responses {
            return Err(setting.refuse(
                "it is for the mode proxy; in forward-auth, the other proxy would take the status 200 of such a refusal \
                 for an acceptance",
            ));
        }
        match &self.let_responses_outlive_tokens {
            Some(setting) => Err(setting.refuse(
                "it is for the mode proxy; in forward-auth, the other proxy has the responses, and the gate ends none",
            )),
            None => Ok(()),
        }
    }
}

/// Requests that are forwarded without a check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Public {
    /// Each exactly.
    pub(crate) paths: Vec<Setting<String>>,
    /// Everything below, for paths that can be read in one way only.
    pub(crate) prefixes: Vec<Setting<String>>,
}

impl Public {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("public")?;
        let public = Self {
            paths: table.texts("paths")?,
            prefixes: table.texts("prefixes")?,
        };
        table.finish()?;
        for path in &public.paths {
            path.read(|path| check_path(path))?;
        }
        for prefix in &public.prefixes {
            prefix.read(|prefix| check_prefix(prefix))?;
        }
        Ok(public)
    }
}

fn check_path(path: &str) -> Result<(), String> {
    if is_plain(path) {
        return Ok(());
    }
    Err(format!(
        "came {path:?}, expected the exact path of requests, such as /healthz: no `*`, `?`, `%` or dot segments \
         (`public.prefixes` is for all paths below one)"
    ))
}

fn check_prefix(prefix: &str) -> Result<(), String> {
    if is_plain(prefix) && prefix.ends_with('/') {
        return Ok(());
    }
    Err(format!(
        "came {prefix:?}, expected a path that ends with `/`, such as /static/, without `*`, `?`, `%` or dot segments"
    ))
}

/// Whether every reader takes the path for the same one: it begins with `/`, has no empty or dot segment, and nothing
/// that is percent-encoded, that separates parameters (`;`), or that some servers take for `/` (`\`).
pub(crate) fn is_plain(path: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~!$&'()+,=:@".contains(&byte);
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let segments: Vec<_> = rest.split('/').collect();
    let last = segments.len() - 1;
    let is_segment = |(index, segment): (usize, &&str)| {
        *segment != "." && *segment != ".." && (index == last || !segment.is_empty())
    };
    path.bytes().all(is_letter) && segments.iter().enumerate().all(is_segment)
}
