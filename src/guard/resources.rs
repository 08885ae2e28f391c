//! Which of its resources a request to a guard is for: whose document it receives, and whose metadata a challenge names
//! (RFC 9728 sections 3.1 and 5.1).

use std::borrow::Cow;

use http::request::Parts;

use super::check::Guard;
use super::policy::Policy;
use crate::metadata::WELL_KNOWN;
use crate::refuse::ResponseForm;
use crate::response::response_form;
use crate::uri::target_path;

impl Guard {
    /// The document of [`GuardBuilder::protected_resource`](crate::GuardBuilder::protected_resource) as JSON
    /// (RFC 9728), for a server without tower; `None` without that setting.
    #[must_use]
    pub fn metadata_document(&self) -> Option<String> {
        self.metadata()?.whole().map(str::to_owned)
    }

    /// The document that a request for metadata receives, whatever its method, as JSON; `None` if the request is for
    /// something else. For a server without tower whose guard has several resources.
    ///
    /// ```
    /// # fn example(guard: sender_constraint::Guard) -> Result<(), http::Error> {
    /// let url = "https://api.example.com/.well-known/oauth-protected-resource/accounts";
    /// let (head, ()) = http::Request::get(url).body(())?.into_parts();
    /// let document = guard.metadata_document_at(&head);
    /// # drop(document);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn metadata_document_at(&self, head: &Parts) -> Option<String> {
        self.find_document(head).map(str::to_owned)
    }

    pub(crate) fn has_metadata(&self) -> bool {
        self.metadata().is_some()
    }

    pub(crate) fn find_document(&self, head: &Parts) -> Option<&str> {
        let path = head.uri.path();
        if !path.starts_with(WELL_KNOWN) {
            return None;
        }
        self.metadata()?
            .document_at(self.policy().origin(head), path)
    }

    /// The form of a refusal, with the resource whose metadata the challenge names.
    pub(super) fn response_form(&self, head: &Parts) -> ResponseForm {
        ResponseForm {
            resource: self.resource_of(head),
            ..response_form(head)
        }
    }

    /// The part that the request is for, counted from 1; otherwise 0.
    pub(super) fn resource_of(&self, head: &Parts) -> usize {
        match self.metadata() {
            Some(metadata) if !self.policy().parts.is_empty() => {
                let (origin, path) = self.policy().address(head);
                metadata.part_of(origin, &path)
            }
            _ => 0,
        }
    }
}

impl Policy {
    /// The configured origin that the request was sent to; unknown without DPoP, which alone needs it.
    fn origin(&self, head: &Parts) -> Option<&str> {
        self.dpop.as_ref()?.origin(head)
    }

    fn address<'a>(&'a self, head: &'a Parts) -> (Option<&'a str>, Cow<'a, str>) {
        let target = self.dpop.as_ref().and_then(|dpop| dpop.target(head));
        match target {
            Some(target) => (Some(target.origin), target.path),
            None => (None, target_path(head, "").unwrap_or_default()),
        }
    }
}
