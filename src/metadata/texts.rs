//! The members for people: name and pages (RFC 9728 section 2).

use super::resource::ProtectedResource;
use super::text::{Text, check_page};
use crate::config_error::{ConfigError, size_in_range};

impl ProtectedResource {
    /// `resource_name`: for people, from 1 to 1024 bytes.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.text(NAME, "", name, false)
    }

    /// `resource_name` in another language: `resource_name#de`, by a tag of BCP 47.
    pub fn name_in(self, language: &str, name: impl Into<String>) -> Self {
        self.text(NAME, language, name, false)
    }

    /// `resource_documentation`: a page for developers.
    pub fn documentation(self, url: impl Into<String>) -> Self {
        self.text(DOCUMENTATION, "", url, true)
    }

    /// `resource_documentation` in another language.
    pub fn documentation_in(self, language: &str, url: impl Into<String>) -> Self {
        self.text(DOCUMENTATION, language, url, true)
    }

    /// `resource_policy_uri`: a page on how clients may use the data.
    pub fn policy_uri(self, url: impl Into<String>) -> Self {
        self.text(POLICY, "", url, true)
    }

    /// `resource_policy_uri` in another language.
    pub fn policy_uri_in(self, language: &str, url: impl Into<String>) -> Self {
        self.text(POLICY, language, url, true)
    }

    /// `resource_tos_uri`: the terms of service.
    pub fn tos_uri(self, url: impl Into<String>) -> Self {
        self.text(TOS, "", url, true)
    }

    /// `resource_tos_uri` in another language.
    pub fn tos_uri_in(self, language: &str, url: impl Into<String>) -> Self {
        self.text(TOS, language, url, true)
    }

    fn text(
        mut self,
        member: &'static str,
        language: &str,
        value: impl Into<String>,
        is_page: bool,
    ) -> Self {
        let text = Text {
            member,
            language: language.to_owned(),
            value: value.into(),
            is_page,
        };
        let is_same = |other: &Text| other.name() == text.name();
        match self.texts.iter_mut().find(|other| is_same(other)) {
            Some(other) => *other = text,
            None => self.texts.push(text),
        }
        self
    }

    pub(super) fn check_texts(&self) -> Result<(), ConfigError> {
        let number = self.texts.len();
        size_in_range("the number of texts of a resource", number, 0, MAX_TEXTS)?;
        let keys = self.jwks_uri.as_deref();
        keys.map_or(Ok(()), |url| check_page("jwks_uri", url))?;
        self.texts.iter().try_for_each(Text::check)
    }
}

const NAME: &str = "resource_name";
const DOCUMENTATION: &str = "resource_documentation";
const POLICY: &str = "resource_policy_uri";
const TOS: &str = "resource_tos_uri";
const MAX_TEXTS: usize = 256;
