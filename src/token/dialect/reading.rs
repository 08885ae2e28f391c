//! The claims of one token, read by the dialect of its issuer.

use serde_json::Value;

use super::marker::{Marker, check_absent};
use super::rules::{ClientSubject, Dialect, Profile, Rules};
use crate::token::actor::Actor;
use crate::token::confirmation::Confirmation;
use crate::token::error::TokenError;
use crate::token::foreign::FOREIGN_CLAIMS;
use crate::token::members::{Members, texts, wrong_type};

/// The claims that RFC 9068 names, as the payload has them.
pub(in crate::token) struct Standard<'a> {
    pub(in crate::token) subject: Option<&'a str>,
    pub(in crate::token) client_id: Option<&'a str>,
    pub(in crate::token) scope: Option<&'a str>,
}

/// The claims in one vocabulary, whatever names the issuer uses for them.
#[derive(Debug)]
pub(in crate::token) struct Vocabulary {
    pub(in crate::token) client_id: Option<Box<str>>,
    /// Scopes, separated by spaces.
    pub(in crate::token) scope: Option<Box<str>>,
    pub(in crate::token) roles: Box<[Box<str>]>,
    pub(in crate::token) actors: Box<[Actor]>,
    pub(in crate::token) is_client_only: bool,
}

/// A dialect, with the claims of one token that it reads.
pub(in crate::token) enum Reading<'d> {
    /// With the claims by name, if the token has some that RFC 9068 does not require.
    Standard(&'d Dialect, Option<Members>),
    Rules(&'d Rules, Members),
}

impl Dialect {
    /// Reads the claims. `has_optional`: the token has `act` or `roles`.
    pub(in crate::token) fn read(
        &self,
        json: &[u8],
        has_optional: bool,
    ) -> Result<Reading<'_>, TokenError> {
        Ok(match self.rules() {
            Some(rules) => Reading::Rules(rules, Members::parse(json)?),
            None => {
                let members = has_optional.then(|| Members::parse(json));
                Reading::Standard(self, members.transpose()?)
            }
        })
    }
}

impl Reading<'_> {
    /// Which claims must be present.
    pub(in crate::token) fn profile(&self) -> Profile {
        match self {
            Self::Standard(dialect, _) => dialect.profile(),
            Self::Rules(rules, _) => rules.profile,
        }
    }

    /// Refuses a JWT of the issuer that is not an access token. `is_typed`: `typ` in its header is `at+jwt`.
    pub(in crate::token) fn check_kind(&self, is_typed: bool) -> Result<(), TokenError> {
        match self {
            Self::Standard(..) => Ok(()),
            Self::Rules(rules, members) => {
                if !is_typed {
                    rules.check_markers(members)?;
                }
                rules.check_client(members)
            }
        }
    }

    /// What stands for `aud` in a token without it.
    pub(in crate::token) fn audience(&self) -> Result<Option<&str>, TokenError> {
        match self {
            Self::Standard(..) => Ok(None),
            Self::Rules(rules, members) => match &rules.audience {
                Some(claim) => members.text(claim, &rules.name),
                None => Ok(None),
            },
        }
    }

    /// Removes the member that the dialect accepts from the unknown ones. Never the last: an empty `cnf` would be that
    /// of an unbound token.
    pub(in crate::token) fn accept_confirmation(&self, confirmation: &mut Confirmation) {
        let Self::Rules(rules, members) = self else {
            return;
        };
        let Some((member, value)) = &rules.confirmation else {
            return;
        };
        let found = members.get("cnf").and_then(|cnf| cnf.get(member));
        let is_bound = confirmation.jkt.is_some() || confirmation.x5t_s256.is_some();
        if is_bound && found.and_then(Value::as_str) == Some(value) {
            confirmation.unknown.remove(member);
        }
    }

    pub(in crate::token) fn vocabulary(
        &self,
        standard: &Standard<'_>,
    ) -> Result<Vocabulary, TokenError> {
        let mut vocabulary = match self {
            Self::Standard(dialect, members) => Vocabulary {
                client_id: standard.client_id.map(Into::into),
                scope: standard.scope.map(Into::into),
                roles: members.as_ref().map(standard_roles).unwrap_or_default(),
                actors: match members {
                    Some(members) => Actor::chain(members, dialect.name())?,
                    None => Box::default(),
                },
                is_client_only: false,
            },
            Self::Rules(rules, members) => rules.vocabulary(standard.subject, members)?,
        };
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
    fn check_markers(&self, members: &Members) -> Result<(), TokenError> {
        let is_accepted = |claim: &str| self.accepted.iter().any(|each| each == claim);
        let mut foreign = FOREIGN_CLAIMS.into_iter();
        let foreign = foreign.find(|claim| members.get(claim).is_some() && !is_accepted(claim));
        if let Some(foreign) = foreign {
            return Err(TokenError::UnexpectedClaim(foreign));
        }
        for marker in &self.markers {
            marker.check(members, &self.name)?;
        }
        for claim in &self.refused {
            check_absent(claim, members, &self.name)?;
        }
        Ok(())
    }

    fn check_client(&self, members: &Members) -> Result<(), TokenError> {
        if self.clients.is_empty() {
            return Ok(());
        }
        Marker::claim_present(&self.clients).check(members, &self.name)
    }

    fn vocabulary(
        &self,
        subject: Option<&str>,
        members: &Members,
    ) -> Result<Vocabulary, TokenError> {
        let client_id = self.client_id(members)?;
        Ok(Vocabulary {
            is_client_only: self.is_client_only(subject, client_id, members),
            client_id: client_id.map(Into::into),
            scope: self.scope(members)?,
            roles: self.roles(members)?,
            actors: Actor::chain(members, &self.name)?,
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
