//! Status List Tokens (draft-ietf-oauth-status-list, "Status List Token in JWT Format"): verified before they are used.

use std::borrow::Cow;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use serde::de::MapAccess;

use super::list::StatusList;
use crate::http_client::IncomingResponse;
use crate::jose::{Algorithm, AlgorithmList, DecodedJws, JoseHeader, Object, Reader, parse};
use crate::keys::{KeyHint, KeySource, is_signed};
use crate::time::Timestamp;

/// A list, and for how long it may be used.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) list: StatusList,
    pub(super) ttl: Option<Duration>,
    pub(super) expires_at: Option<Timestamp>,
}

/// The text of a response, unless it is no Status List Token.
pub(super) fn text_of(response: IncomingResponse) -> Result<Vec<u8>, String> {
    let status = response.status.as_u16();
    if status != 200 {
        return Err(format!("status {status}"));
    }
    let content_type = response.headers.get(CONTENT_TYPE);
    let media_type = content_type.and_then(|value| value.to_str().ok()?.split(';').next());
    if !media_type.is_some_and(|found| found.trim().eq_ignore_ascii_case(MEDIA_TYPE)) {
        return Err(format!("the content type is not {MEDIA_TYPE}"));
    }
    Ok(response.body)
}

/// Verifies the token of `issuer` at `uri`.
pub(super) async fn verify(
    token: &[u8],
    issuer: &str,
    uri: &str,
    keys: &dyn KeySource,
    algorithms: &AlgorithmList,
    now: Timestamp,
) -> Result<Published, String> {
    let jws = DecodedJws::new(token.trim_ascii()).ok_or("it is not a JWS")?;
    let header: JoseHeader<'_> = parse(&jws.header).map_err(|error| format!("header: {error}"))?;
    let hint = KeyHint::new(header.kid(), check(&header, algorithms)?);
    let is_signed = is_signed(&jws, keys, &hint, now).await;
    if !is_signed.map_err(|error| error.to_string())? {
        return Err("no key of the issuer verifies its signature".to_owned());
    }
    let (payload, issuer, uri) = (jws.payload, issuer.to_owned(), uri.to_owned());
    // 16 MiB take some 50 ms to decompress.
    let published = tokio::task::spawn_blocking(move || {
        let claims: Claims<'_> = parse(&payload).map_err(|error| format!("claims: {error}"))?;
        Ok(claims.publish(&issuer, &uri, now)?)
    });
    published.await.map_err(|error| error.to_string())?
}

fn check(header: &JoseHeader<'_>, algorithms: &AlgorithmList) -> Result<Algorithm, &'static str> {
    if header.is_critical() {
        return Err("its header has a member that must be understood");
    }
    if !header.is_type("statuslist+jwt") {
        return Err("`typ` is not statuslist+jwt");
    }
    let alg = header.alg().unwrap_or_default();
    algorithms.allowed(alg).ok_or("`alg` is not accepted")
}

#[derive(Default)]
struct Claims<'a> {
    iss: Option<Cow<'a, str>>,
    sub: Option<Cow<'a, str>>,
    iat: Option<Timestamp>,
    exp: Option<Timestamp>,
    ttl: Option<u64>,
    status_list: Option<RawList<'a>>,
}

#[derive(Default)]
struct RawList<'a> {
    bits: Option<u8>,
    lst: Option<Cow<'a, str>>,
}

impl Claims<'_> {
    fn publish(self, issuer: &str, uri: &str, now: Timestamp) -> Result<Published, &'static str> {
        if self.sub.as_deref() != Some(uri) {
            return Err("`sub` is not the URI of the list");
        }
        if self.iss.is_some_and(|iss| iss != issuer) {
            return Err("`iss` is not the issuer of the access token");
        }
        let iat = self.iat.ok_or("it has no `iat`")?;
        if iat > now.saturating_add(CLOCK_SKEW) {
            return Err("`iat` is in the future");
        }
        if self.exp.is_some_and(|exp| exp <= now) {
            return Err("it has expired");
        }
        let raw = self.status_list.ok_or("it has no `status_list`")?;
        let bits = raw.bits.ok_or("`status_list` has no `bits`")?;
        let lst = raw.lst.ok_or("`status_list` has no `lst`")?;
        Ok(Published {
            list: StatusList::decode(bits, &lst)?,
            ttl: self.ttl.map(Duration::from_secs),
            expires_at: self.exp,
        })
    }
}

impl<'de> Object<'de> for Claims<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "iss" => reader.text("iss", &mut self.iss),
            "sub" => reader.text("sub", &mut self.sub),
            "iat" => reader.value("iat", &mut self.iat),
            "exp" => reader.value("exp", &mut self.exp),
            "ttl" => reader.value("ttl", &mut self.ttl),
            "status_list" => reader.object("status_list", &mut self.status_list),
            _ => Ok(false),
        }
    }
}

impl<'de> Object<'de> for RawList<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "bits" => reader.value("status_list.bits", &mut self.bits),
            "lst" => reader.text("status_list.lst", &mut self.lst),
            _ => Ok(false),
        }
    }
}

pub(super) const MEDIA_TYPE: &str = "application/statuslist+jwt";
const CLOCK_SKEW: Duration = Duration::from_secs(60);
