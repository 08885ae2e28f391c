//! A member for people, also in other languages (RFC 9728 section 2.1).

use crate::config_error::{ConfigError, size_in_range};
use crate::uri::{PlainHttp, check_url};
use crate::url_error::redacted;

/// A member and its value.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) member: &'static str,
    /// The default one, if empty.
    pub(super) language: String,
    pub(super) value: String,
    pub(super) is_page: bool,
}

impl Text {
    pub(super) fn name(&self) -> String {
        let Self {
            member, language, ..
        } = self;
        match language.as_str() {
            "" => (*member).to_owned(),
            language => format!("{member}#{language}"),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let is_tag = |part: &str| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if !self.language.is_empty() && !self.language.split('-').all(is_tag) {
            return Err(ConfigError::Language(self.language.clone()));
        }
        if self.is_page {
            return check_page(self.member, &self.value);
        }
        let length = self.value.len();
        size_in_range(
            "the length of `resource_name` in bytes",
            length,
            1,
            MAX_NAME_BYTES,
        )?;
        Ok(())
    }
}

pub(super) fn check_page(member: &'static str, url: &str) -> Result<(), ConfigError> {
    let checked = check_url(url, PlainHttp::Never);
    checked
        .map(drop)
        .map_err(|reason| ConfigError::ProtectedResource {
            member,
            value: redacted(url),
            reason,
        })
}

/// For people, in one line.
const MAX_NAME_BYTES: usize = 1024;
