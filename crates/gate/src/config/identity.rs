//! What the upstream receives about the sender of a request.

use std::time::Duration;

use http::HeaderName;

use super::certificates::header;
use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identity {
    pub(crate) headers: IdentityHeaders,
    pub(crate) token: Option<IdentityToken>,
}

/// The names of the headers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IdentityHeaders {
    pub(crate) subject: HeaderName,
    pub(crate) client_id: HeaderName,
    pub(crate) issuer: HeaderName,
    pub(crate) scope: HeaderName,
    pub(crate) jkt: HeaderName,
    pub(crate) x5t_s256: HeaderName,
}

/// A signed statement in a header.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IdentityToken {
    /// A private key in PKCS #8: P-256 or Ed25519.
    pub(crate) key: Setting<String>,
    pub(crate) audience: String,
    pub(crate) issuer: String,
    pub(crate) lifetime: Duration,
    pub(crate) header: HeaderName,
}

impl Identity {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("identity")?;
        let (headers, _) = table.table("headers")?;
        let headers = IdentityHeaders::read(headers)?;
        let (token, is_given) = table.table("token")?;
        let token = if is_given {
            Some(IdentityToken::read(token)?)
        } else {
            None
        };
        if let Some(token) = &token
            && headers.names().contains(&&token.header)
        {
            let reason = "the header is one of `identity.headers`";
            return Err(table.refuse(format!("`identity.token.header`: {reason}")));
        }
        table.finish()?;
        Ok(Self { headers, token })
    }
}

impl IdentityHeaders {
    fn read(mut table: Table) -> Result<Self, SettingError> {
        let mut named = |name, default| own_header(&mut table, name, default);
        let headers = Self {
            subject: named("subject", "x-auth-subject")?,
            client_id: named("client_id", "x-auth-client-id")?,
            issuer: named("issuer", "x-auth-issuer")?,
            scope: named("scope", "x-auth-scope")?,
            jkt: named("jkt", "x-auth-jkt")?,
            x5t_s256: named("x5t_s256", "x-auth-x5t-s256")?,
        };
        let names = headers.names();
        let mut numbered = names.iter().enumerate();
        let repeated =
            numbered.find(|(index, name)| names.iter().take(*index).any(|it| it == *name));
        if let Some((_, name)) = repeated {
            let reason = format!(
                "came {:?} for two of them, expected a different header for each",
                name.as_str()
            );
            return Err(table.refuse(reason));
        }
        table.finish()?;
        Ok(headers)
    }

    pub(crate) const fn names(&self) -> [&HeaderName; 6] {
        [
            &self.subject,
            &self.client_id,
            &self.issuer,
            &self.scope,
            &self.jkt,
            &self.x5t_s256,
        ]
    }
}

impl IdentityToken {
    fn read(mut table: Table) -> Result<Self, SettingError> {
        let lifetime = table.seconds("lifetime_seconds", 1..=300)?;
        let token = Self {
            key: table.required_text("key")?,
            audience: table.required_text("audience")?.value,
            issuer: table.required_text("issuer")?.value,
            lifetime: lifetime.map_or(Duration::from_secs(60), |lifetime| lifetime.value),
            header: own_header(&mut table, "header", "x-auth-token")?,
        };
        table.finish()?;
        Ok(token)
    }
}

/// A name that begins with `x-`: the client's header of this name is removed, so it must not be one of HTTP.
fn own_header(
    table: &mut Table,
    name: &'static str,
    default: &'static str,
) -> Result<HeaderName, SettingError> {
    let Some(header) = header(table, name)? else {
        return Ok(HeaderName::from_static(default));
    };
    let text = header.value.as_str();
    if text.starts_with("x-") && !text.starts_with("x-forwarded-") && !text.contains('_') {
        return Ok(header.value);
    }
    Err(header.refuse(format!(
        "came {text:?}, expected a name that begins with `X-`, without `_`, and not with `X-Forwarded-`"
    )))
}
