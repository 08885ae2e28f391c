//! The authorization servers, and how their tokens are verified.

use std::time::Duration;

use sender_constraint::jose::Algorithm;
use sender_constraint::token::Dialect;

use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Issuers {
    pub(crate) first: IssuerSettings,
    pub(crate) others: Vec<IssuerSettings>,
    pub(crate) audience: Setting<String>,
    pub(crate) other_audiences: Vec<Setting<String>>,
    pub(crate) leeway: Option<Setting<Duration>>,
    /// Answer 503 until keys are fetched, instead of not starting.
    pub(crate) start_without_keys: bool,
    /// Authorities to trust besides the system's.
    pub(crate) ca: Option<Setting<String>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IssuerSettings {
    pub(crate) name: Setting<String>,
    /// A file or a URL, instead of the key set in the issuer's metadata.
    pub(crate) jwks: Option<Setting<String>>,
    /// The name of the dialect, and whether it is known was checked.
    pub(crate) dialect: Option<Setting<String>>,
    pub(crate) algorithms: Option<Setting<Vec<Algorithm>>>,
    pub(crate) accept_untyped_tokens: bool,
    pub(crate) insecure_http: bool,
}

impl Issuers {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let tables = root.tables("issuer")?.into_iter();
        let issuers: Result<Vec<_>, _> = tables.map(IssuerSettings::read).collect();
        let mut issuers = issuers?.into_iter();
        let Some(first) = issuers.next() else {
            return Err(root.missing("issuer", "at least one table `[[issuer]]`"));
        };
        let (mut table, _) = root.table("tokens")?;
        let mut audiences = table.texts("audiences")?.into_iter();
        let Some(audience) = audiences.next() else {
            let expected = "a list of texts, the names of this API in `aud`";
            return Err(table.missing("audiences", expected));
        };
        let issuers = Self {
            first,
            others: issuers.collect(),
            audience,
            other_audiences: audiences.collect(),
            leeway: table.seconds("leeway_seconds", 0..=300)?,
            start_without_keys: table.flag("start_without_keys")?,
            ca: table.text("ca")?,
        };
        table.finish()?;
        Ok(issuers)
    }
}

impl Issuers {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &IssuerSettings> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl IssuerSettings {
    fn read(mut table: Table) -> Result<Self, SettingError> {
        let dialect = table.text("dialect")?;
        if let Some(name) = &dialect {
            name.read(|name| name.parse::<Dialect>().map(drop))?;
        }
        let issuer = Self {
            name: table.required_text("name")?,
            jwks: table.text("jwks")?,
            dialect,
            algorithms: algorithms(&mut table)?,
            accept_untyped_tokens: table.flag("accept_untyped_tokens")?,
            insecure_http: table.flag("insecure_http")?,
        };
        table.finish()?;
        Ok(issuer)
    }
}

/// The setting `algorithms`.
pub(super) fn algorithms(
    table: &mut Table,
) -> Result<Option<Setting<Vec<Algorithm>>>, SettingError> {
    let named = table.texts("algorithms")?;
    let Some(first) = named.first() else {
        return Ok(None);
    };
    let mut algorithms = Vec::new();
    for name in &named {
        algorithms.push(name.read(|name| {
            let known = Algorithm::ALL.map(Algorithm::name).join(", ");
            let algorithm = Algorithm::from_name(name);
            algorithm.ok_or_else(|| format!("came {name:?}, expected one of {known}"))
        })?);
    }
    Ok(Some(first.clone().map(|_| Ok::<_, String>(algorithms))?))
}

/// Introspection of opaque tokens, or of JWTs that the issuer may have revoked (RFC 7662).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Introspect {
    pub(crate) tokens: IntrospectedTokens,
    pub(crate) endpoint: Option<Setting<String>>,
    pub(crate) client_id: Setting<String>,
    /// A private JWK (`private_key_jwt`).
    pub(crate) client_key: Option<Setting<String>>,
    /// Certificate and key (`tls_client_auth`).
    pub(crate) client_certificate: Option<Setting<String>>,
    pub(crate) require_signed_responses: bool,
    pub(crate) cache: Option<Setting<Duration>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum IntrospectedTokens {
    All,
    Jwt,
}

impl Introspect {
    pub(super) fn read(root: &mut Table) -> Result<Option<Self>, SettingError> {
        let (mut table, is_given) = root.table("introspection")?;
        if !is_given {
            return Ok(None);
        }
        let choices = [
            ("all", IntrospectedTokens::All),
            ("jwt", IntrospectedTokens::Jwt),
        ];
        let tokens = table.choice("tokens", &choices)?;
        let introspection = Self {
            tokens: tokens
                .ok_or_else(|| table.missing("tokens", "all or jwt"))?
                .value,
            endpoint: table.text("endpoint")?,
            client_id: table.required_text("client_id")?,
            client_key: table.text("client_key")?,
            client_certificate: table.text("client_certificate")?,
            require_signed_responses: table.flag("require_signed_responses")?,
            cache: table.seconds("cache_seconds", 0..=3600)?,
        };
        let keys = [&introspection.client_key, &introspection.client_certificate];
        if keys.into_iter().flatten().count() != 1 {
            return Err(table.refuse("expected one of `client_key` and `client_certificate`"));
        }
        table.finish()?;
        Ok(Some(introspection))
    }
}
