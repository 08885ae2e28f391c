//! The tables of a file of a deny-list, read strictly.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::deny_list::DenyError;
use super::entry::Entry;
use super::records::{Record, Records};
use crate::config_file::{ContentError, parse, time};
use crate::crypto::Digest;

/// The entries of a text, if all of them are valid.
pub(super) fn records(text: &str) -> Result<Records, ContentError> {
    let file: DenyTables = parse(text)?;
    let mut records = Records::default();
    let mut add = |offset: usize, entry: Result<Entry, String>| {
        let added = entry.and_then(|entry| add(&mut records, &entry));
        added.map_err(|reason| ContentError::at(text, offset, reason))
    };
    each(file.token, &mut add, |table: TokenTable| {
        entry(Entry::token(&table.issuer, &table.jti), table.until, None)
    })?;
    each(file.client, &mut add, |table: ClientTable| {
        let client = Entry::client(&table.issuer, &table.client_id);
        entry(client, table.until, table.issued_before)
    })?;
    each(file.subject, &mut add, |table: SubjectTable| {
        let subject = Entry::subject(&table.issuer, &table.subject);
        entry(subject, table.until, table.issued_before)
    })?;
    each(file.signing_key, &mut add, |table: SigningKeyTable| {
        let key = Entry::signing_key(&table.issuer, &table.kid);
        entry(key, table.until, None)
    })?;
    each(file.issuer, &mut add, |table: IssuerTable| {
        entry(Entry::issuer(&table.issuer), table.until, None)
    })?;
    each(file.key, &mut add, |table: KeyTable| {
        entry(Entry::key(digest("jkt", &table.jkt)?), table.until, None)
    })?;
    each(file.certificate, &mut add, |table: CertificateTable| {
        let x5t_s256 = digest("x5t_s256", &table.x5t_s256)?;
        entry(Entry::certificate(x5t_s256), table.until, None)
    })?;
    Ok(records)
}

fn each<T>(
    tables: Vec<Spanned<T>>,
    add: &mut impl FnMut(usize, Result<Entry, String>) -> Result<(), ContentError>,
    read: impl Fn(T) -> Result<Entry, String>,
) -> Result<(), ContentError> {
    let mut tables = tables.into_iter();
    tables.try_for_each(|table| add(table.span().start, read(table.into_inner())))
}

fn add(records: &mut Records, entry: &Entry) -> Result<(), String> {
    if entry.has_empty_name() {
        return Err(DenyError::Empty.to_string());
    }
    let kind = entry.kind().ok_or(DenyError::IssuedBefore);
    let kind = kind.map_err(|error| error.to_string())?;
    let record = Record::new(entry.until, entry.issued_before);
    let record = record.ok_or("`until` is later than 2106-02-07")?;
    if records.contains(kind, entry) {
        return Err("the entry is repeated".to_owned());
    }
    if records.len() >= MAX_ENTRIES {
        return Err(format!("the file has more than {MAX_ENTRIES} entries"));
    }
    records.insert(kind, entry, record);
    Ok(())
}

fn entry(
    entry: Entry,
    until: Option<Datetime>,
    issued_before: Option<Datetime>,
) -> Result<Entry, String> {
    let entry = match until {
        Some(end) => entry.until(time("until", &end)?),
        None => entry,
    };
    Ok(match issued_before {
        Some(before) => entry.issued_before(time("issued_before", &before)?),
        None => entry,
    })
}

fn digest(key: &str, value: &str) -> Result<Digest, String> {
    let error = || format!("`{key}` is not the base64url of a SHA-256 (43 characters)");
    Digest::from_base64url(value).ok_or_else(error)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DenyTables {
    #[serde(default = "Vec::new")]
    token: Vec<Spanned<TokenTable>>,
    #[serde(default = "Vec::new")]
    client: Vec<Spanned<ClientTable>>,
    #[serde(default = "Vec::new")]
    subject: Vec<Spanned<SubjectTable>>,
    #[serde(default = "Vec::new")]
    signing_key: Vec<Spanned<SigningKeyTable>>,
    #[serde(default = "Vec::new")]
    issuer: Vec<Spanned<IssuerTable>>,
    #[serde(default = "Vec::new")]
    key: Vec<Spanned<KeyTable>>,
    #[serde(default = "Vec::new")]
    certificate: Vec<Spanned<CertificateTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenTable {
    issuer: String,
    jti: String,
    until: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientTable {
    issuer: String,
    client_id: String,
    until: Option<Datetime>,
    issued_before: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectTable {
    issuer: String,
    subject: String,
    until: Option<Datetime>,
    issued_before: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningKeyTable {
    issuer: String,
    kid: String,
    until: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerTable {
    issuer: String,
    until: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    jkt: String,
    until: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateTable {
    x5t_s256: String,
    until: Option<Datetime>,
}

const MAX_ENTRIES: usize = 1_000_000;
