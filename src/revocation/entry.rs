//! What a deny-list denies.

use crate::crypto::Digest;
use crate::time::Timestamp;

/// An entry of a [`DenyList`](super::DenyList): which tokens it denies, and until when.
///
/// Texts are compared byte for byte with the claims of the token, as [`Access::claims`](crate::Access::claims) has
/// them. A token without the claim has no match. Identifiers of tokens, subjects, clients and signing keys are unique
/// within one issuer only, so each entry names its issuer.
///
/// ```
/// use sender_constraint::revocation::Entry;
/// use sender_constraint::time::Timestamp;
///
/// let issuer = "https://as.example.com";
/// // A stolen token, one compromised client, and all sessions of a user that began before 2026-01-01.
/// let token = Entry::token(issuer, "e1j3V_bKic8-LAEB");
/// let client = Entry::client(issuer, "app").until(Timestamp::from_unix_seconds(1_900_000_000));
/// let sessions = Entry::subject(issuer, "alice")
///     .issued_before(Timestamp::from_unix_seconds(1_767_225_600));
/// # drop((token, client, sessions));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "an entry denies nothing until `DenyList::deny`"]
pub struct Entry {
    pub(super) target: Target,
    pub(super) until: Option<Timestamp>,
    pub(super) issued_before: Option<Timestamp>,
}

/// What an entry names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Target {
    Named(Kind, Box<str>, Box<str>),
    Issuer(Box<str>),
    Key(Digest),
    Certificate(Digest),
}

/// The kinds of entries, each with a table of its own.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Kind {
    Token,
    Subject,
    SubjectBefore,
    Client,
    ClientBefore,
    SigningKey,
    Issuer,
    Key,
    Certificate,
}

impl Kind {
    pub(super) const ALL: [Self; 9] = [
        Self::Token,
        Self::Subject,
        Self::SubjectBefore,
        Self::Client,
        Self::ClientBefore,
        Self::SigningKey,
        Self::Issuer,
        Self::Key,
        Self::Certificate,
    ];

    /// The kind in the log.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Token => "the token with `jti`",
            Self::Subject => "subject",
            Self::SubjectBefore => "tokens issued before a time to subject",
            Self::Client => "client",
            Self::ClientBefore => "tokens issued before a time to client",
            Self::SigningKey => "the signing key with `kid`",
            Self::Issuer => "issuer",
            Self::Key => "the key with `jkt`",
            Self::Certificate => "the certificate with `x5t#S256`",
        }
    }
}

impl Entry {
    /// The token with this `jti` of `issuer`.
    pub fn token(issuer: &str, jti: &str) -> Self {
        Self::named(Kind::Token, issuer, jti)
    }

    /// Tokens bound to this key (`cnf.jkt`), and requests whose proof it signs: as the successor of a rollover too.
    pub const fn key(jkt: Digest) -> Self {
        Self::of(Target::Key(jkt))
    }

    /// Tokens bound to this certificate (`cnf.x5t#S256`), and requests that present it for a certificate-bound token:
    /// as the successor of a rollover too.
    pub const fn certificate(x5t_s256: Digest) -> Self {
        Self::of(Target::Certificate(x5t_s256))
    }

    /// Tokens of `issuer` with this `sub`.
    pub fn subject(issuer: &str, subject: &str) -> Self {
        Self::named(Kind::Subject, issuer, subject)
    }

    /// Tokens of `issuer` with this `client_id`.
    pub fn client(issuer: &str, client_id: &str) -> Self {
        Self::named(Kind::Client, issuer, client_id)
    }

    /// Tokens of `issuer` that the key with this `kid` verified, whatever `kid` the token names.
    ///
    /// A key that is published without `kid`, and a token verifier of the application that does not call
    /// [`AccessToken::with_key_id`](crate::token::AccessToken::with_key_id), have no match: deny the issuer instead.
    pub fn signing_key(issuer: &str, kid: &str) -> Self {
        Self::named(Kind::SigningKey, issuer, kid)
    }

    /// All tokens of `issuer`.
    pub fn issuer(issuer: &str) -> Self {
        Self::of(Target::Issuer(issuer.into()))
    }

    /// Denies until `end` instead of for the default life of the list. At most ten years ahead.
    pub const fn until(mut self, end: Timestamp) -> Self {
        self.until = Some(end);
        self
    }

    /// Denies only tokens with an `iat` up to the second of `time`, and tokens without `iat`. For a subject or a
    /// client.
    pub const fn issued_before(mut self, time: Timestamp) -> Self {
        self.issued_before = Some(time);
        self
    }

    /// When the entry ends, if [`Entry::until`] set it.
    #[must_use]
    pub const fn ends_at(&self) -> Option<Timestamp> {
        self.until
    }

    /// The time that [`Entry::issued_before`] set.
    #[must_use]
    pub const fn covers_issued_before(&self) -> Option<Timestamp> {
        self.issued_before
    }

    fn named(kind: Kind, issuer: &str, name: &str) -> Self {
        Self::of(Target::Named(kind, issuer.into(), name.into()))
    }

    const fn of(target: Target) -> Self {
        Self {
            target,
            until: None,
            issued_before: None,
        }
    }

    /// The table of the entry; `None` if `issued_before` does not apply to its kind.
    pub(super) const fn kind(&self) -> Option<Kind> {
        match (&self.target, self.issued_before) {
            (Target::Named(kind, ..), None) => Some(*kind),
            (Target::Issuer(_), None) => Some(Kind::Issuer),
            (Target::Key(_), None) => Some(Kind::Key),
            (Target::Certificate(_), None) => Some(Kind::Certificate),
            (Target::Named(Kind::Subject, ..), Some(_)) => Some(Kind::SubjectBefore),
            (Target::Named(Kind::Client, ..), Some(_)) => Some(Kind::ClientBefore),
            (_, Some(_)) => None,
        }
    }

    /// Whether a text of the entry is empty: it could match no token.
    pub(super) fn has_empty_name(&self) -> bool {
        match &self.target {
            Target::Named(_, issuer, name) => issuer.is_empty() || name.is_empty(),
            Target::Issuer(issuer) => issuer.is_empty(),
            Target::Key(_) | Target::Certificate(_) => false,
        }
    }
}
