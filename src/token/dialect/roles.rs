//! Where an issuer puts roles, groups or permissions (RFC 9068 section 2.2.3.1).

use serde_json::Value;

use crate::token::error::TokenError;
use crate::token::members::{Members, texts, wrong_type};

/// A claim with roles, by its path: one name, or several for a member of an inner object.
///
/// A path is never split at dots or colons, which are part of many claim names.
///
/// ```
/// use sender_constraint::token::{AccessToken, Dialect, Marker, Roles};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let dialect = Dialect::custom("ours", Marker::header_type()).add_roles(Roles::list(["realm_access", "roles"]));
/// let claims = br#"{"iss":"https://as.example.com","realm_access":{"roles":["auditor"]}}"#;
/// let token = AccessToken::from_verified_claims_in(&dialect, claims)?;
/// assert!(token.claims().roles().eq(["auditor"]));
/// # Ok(())
/// # }
/// # example().unwrap();
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Roles {
    path: Vec<String>,
    form: Form,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Keys,
    List,
}

impl Roles {
    /// The strings of an array: `["realm_access", "roles"]`, `["cognito:groups"]`.
    pub fn list(path: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(path, Form::List)
    }

    /// The names of the members of an object: `["urn:zitadel:iam:org:project:4711:roles"]`.
    pub fn keys(path: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::new(path, Form::Keys)
    }

    fn new(path: impl IntoIterator<Item = impl Into<String>>, form: Form) -> Self {
        Self {
            path: path.into_iter().map(Into::into).collect(),
            form,
        }
    }

    /// Adds the roles of a token; none if the claim is absent.
    pub(super) fn read(
        &self,
        members: &Members,
        dialect: &str,
        roles: &mut Vec<Box<str>>,
    ) -> Result<(), TokenError> {
        let Some(value) = self.find(members, dialect)? else {
            return Ok(());
        };
        let read: Option<Vec<&str>> = match self.form {
            Form::Keys => value
                .as_object()
                .map(|each| each.keys().map(String::as_str).collect()),
            Form::List => texts(value),
        };
        let read = read.ok_or_else(|| self.wrong_type(dialect))?;
        roles.extend(read.into_iter().map(Into::into));
        Ok(())
    }

    fn find<'m>(
        &self,
        members: &'m Members,
        dialect: &str,
    ) -> Result<Option<&'m Value>, TokenError> {
        let Some((first, rest)) = self.path.split_first() else {
            return Ok(None);
        };
        let mut found = members.value(first);
        for name in rest {
            let Some(value) = found else {
                return Ok(None);
            };
            let object = value.as_object().ok_or_else(|| self.wrong_type(dialect))?;
            found = object.get(name).filter(|value| !value.is_null());
        }
        Ok(found)
    }

    fn wrong_type(&self, dialect: &str) -> TokenError {
        let expected = match self.form {
            Form::Keys => "an object with roles as names",
            Form::List => "an array of strings, or an object with one inside",
        };
        wrong_type(&self.path.join(" "), expected, dialect)
    }
}
