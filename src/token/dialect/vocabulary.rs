//! The claims of a token in one vocabulary, whatever names its issuer uses for them.

use super::rules::{ClientSubject, Dialect, Rules};
use crate::token::actor::Actor;
use crate::token::error::TokenError;
use crate::token::members::{Members, texts, wrong_type};

/// The claims that RFC 9068 names, as the payload has them.
pub(in crate::token) struct Standard<'a> {
    pub(in crate::token) subject: Option<&'a str>,
    pub(in crate::token) client_id: Option<&'a str>,
    pub(in crate::token) scope: Option<&'a str>,
}

/// What the dialect reads from the claims.
#[derive(Debug, Default)]
pub(in crate::token) struct Vocabulary {
    pub(in crate::token) client_id: Option<Box<str>>,
    /// Scopes, separated by spaces.
    pub(in crate::token) scope: Option<Box<str>>,
    pub(in crate::token) roles: Box<[Box<str>]>,
    pub(in crate::token) actors: Box<[Actor]>,
    pub(in crate::token) is_client_only: bool,
}

impl Dialect {
    /// Reads the claims. `members` is required for dialects that [need them](Self::needs_members).
    pub(in crate::token) fn vocabulary(
        &self,
        standard: &Standard<'_>,
        members: Option<&Members>,
    ) -> Result<Vocabulary, TokenError> {
        let mut vocabulary = match (self.rules(), members) {
            (Some(rules), Some(members)) => rules.vocabulary(standard, members)?,
            _ => Vocabulary {
                client_id: standard.client_id.map(Into::into),
                scope: standard.scope.map(Into::into),
                roles: members.map(standard_roles).unwrap_or_default(),
                ..Vocabulary::default()
            },
        };
        if let Some(members) = members {
            vocabulary.actors = Actor::chain(members, self.name())?;
        }
        vocabulary.is_client_only |=
            standard.subject.is_some() && standard.subject == vocabulary.client_id.as_deref();
        Ok(vocabulary)
    }
}

/// `roles`, if it is an array of strings: RFC 9068 section 2.2.3.1 also allows the other forms of RFC 7643.
fn standard_roles(members: &Members) -> Box<[Box<str>]> {
    let roles = members.value("roles").and_then(texts).unwrap_or_default();
    roles.into_iter().map(Into::into).collect()
}

impl Rules {
    fn vocabulary(
        &self,
        standard: &Standard<'_>,
        members: &Members,
    ) -> Result<Vocabulary, TokenError> {
        let client_id = self.client_id(members)?;
        Ok(Vocabulary {
            is_client_only: self.is_client_only(standard.subject, client_id, members),
            client_id: client_id.map(Into::into),
            scope: self.scope(members)?,
            roles: self.roles(members)?,
            actors: Box::default(),
        })
    }

    /// All client claims that the token has must agree.
    fn client_id<'m>(&self, members: &'m Members) -> Result<Option<&'m str>, TokenError> {
        let mut client_id = None;
        for claim in &self.clients {
            let Some(found) = members.text(claim, &self.name)? else {
                continue;
            };
            if client_id.is_some_and(|known| known != found) {
                let expected = "equal to the token's other client identifier";
                return Err(wrong_type(claim, expected, &self.name));
            }
            client_id = Some(found);
        }
        Ok(client_id)
    }

    fn scope(&self, members: &Members) -> Result<Option<Box<str>>, TokenError> {
        let mut claims = self.scopes.iter();
        let found = claims.find_map(|claim| Some((claim, members.value(claim)?)));
        let Some((claim, value)) = found else {
            return Ok(None);
        };
        if let Some(text) = value.as_str() {
            return Ok(Some(text.into()));
        }
        // A space would make two scopes of one.
        let is_scope = |scope: &&str| !scope.is_empty() && !scope.contains(' ');
        let scopes = texts(value).filter(|scopes| scopes.iter().all(is_scope));
        let expected = "a string, or an array of scopes";
        let scopes = scopes.ok_or_else(|| wrong_type(claim, expected, &self.name))?;
        Ok(Some(scopes.join(" ").into()))
    }

    fn roles(&self, members: &Members) -> Result<Box<[Box<str>]>, TokenError> {
        let mut roles = Vec::new();
        for each in &self.roles {
            each.read(members, &self.name, &mut roles)?;
        }
        Ok(roles.into())
    }

    fn is_client_only(
        &self,
        subject: Option<&str>,
        client_id: Option<&str>,
        members: &Members,
    ) -> bool {
        match &self.client_subject {
            ClientSubject::ClientId => false,
            ClientSubject::WithSuffix(suffix) => {
                let client = subject.and_then(|subject| subject.strip_suffix(suffix.as_str()));
                client.is_some() && client == client_id
            }
            ClientSubject::WithoutClaim(claim) => members.value(claim).is_none(),
        }
    }
}
