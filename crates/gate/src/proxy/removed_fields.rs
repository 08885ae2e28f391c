//! Header fields that an upstream could take for the gate's own statements.

use http::HeaderMap;
use http::header::HeaderName;

/// Names of fields that only the gate may set. All characters but letters and digits are alike: some servers take `_` for
/// `-`, and CGI programs see each of them as `_` (RFC 3875 section 4.1.18).
#[derive(Clone, Debug)]
pub(crate) struct RemovedFields {
    names: Vec<String>,
    prefixes: &'static [&'static str],
}

impl RemovedFields {
    /// Removes these besides those that are always removed.
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a HeaderName>) -> Self {
        let names = names.into_iter().map(|name| dashed(name.as_str()));
        let always = ALWAYS.iter().map(|name| (*name).to_owned());
        Self {
            names: names.chain(always).collect(),
            prefixes: &[X_FORWARDED, X_ORIGINAL],
        }
    }

    /// Removes what must not reach the upstream of another proxy, except the fields in which that proxy describes its
    /// client.
    #[cfg(feature = "ext-authz-grpc")]
    pub(crate) fn by_the_proxy_in_front<'a>(
        names: impl IntoIterator<Item = &'a HeaderName>,
    ) -> Self {
        let mut removed = Self::new(names);
        removed
            .names
            .retain(|name| !OF_A_CLIENT.contains(&name.as_str()));
        removed.prefixes = &[X_ORIGINAL];
        removed
    }

    /// Removes certificates only, from a response (RFC 9440 section 2.2).
    pub(crate) fn of_certificates(headers: &[HeaderName]) -> Self {
        let names = headers.iter().map(HeaderName::as_str);
        let names = names.chain(["client-cert", "client-cert-chain"]);
        Self {
            names: names.map(dashed).collect(),
            prefixes: &[],
        }
    }

    /// Removes them from a request, or from its trailers.
    pub(crate) fn remove_from(&self, headers: &mut HeaderMap) {
        let found: Vec<_> = headers
            .keys()
            .filter(|name| self.includes(name.as_str()))
            .cloned()
            .collect();
        for name in found {
            headers.remove(name);
        }
    }

    fn includes(&self, found: &str) -> bool {
        let found = dashed(found);
        let begins = |prefix: &&str| found.starts_with(prefix);
        self.prefixes.iter().any(begins) || self.names.contains(&found)
    }
}

/// Names of fields are in lower case already.
fn dashed(name: &str) -> String {
    let is_kept = |character: char| character.is_ascii_alphanumeric();
    name.replace(|character| !is_kept(character), "-")
}

/// Written by proxies in front about the client and its target. The gate trusts none of them.
const X_FORWARDED: &str = "x-forwarded";
const X_ORIGINAL: &str = "x-original";

/// Fields from which some servers take the sender, the target or the method of a request. The proof covers the method and
/// the target of the request itself.
const ALWAYS: [&str; 21] = [
    "client-cert",
    "client-cert-chain",
    "forwarded",
    "true-client-ip",
    "x-auth-client-id",
    "x-auth-issuer",
    "x-auth-jkt",
    "x-auth-scope",
    "x-auth-subject",
    "x-auth-token",
    "x-auth-x5t-s256",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-real-ip",
    "x-remote-user",
    "x-rewrite-url",
    "remote-user",
    "x-ssl-client-cert",
];

/// Which of them proxies write about their clients.
#[cfg(feature = "ext-authz-grpc")]
const OF_A_CLIENT: [&str; 5] = [
    "forwarded",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-real-ip",
];

#[cfg(test)]
mod tests {
    use super::super::fields::tests::{headers, names};
    use super::*;

    #[test]
    fn thr_49_identity_fields_are_removed_in_any_spelling() {
        let own = HeaderName::from_static("x-user");
        let mut sent = headers(&[
            ("X-User", "mallory"),
            ("X_User", "mallory"),
            ("x-user", "mallory"),
            ("X-Auth-Subject", "mallory"),
            ("x_auth-subject", "mallory"),
            ("X_AUTH_X5T_S256", "mallory"),
            ("X-Forwarded-For", "10.0.0.1"),
            ("X_Forwarded_Anything", "1"),
            ("X-Forwarded", "1"),
            ("Forwarded", "for=10.0.0.1"),
            ("X-Original-URL", "/admin"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-User-Agent", "kept"),
            ("X-Auth-Method", "kept"),
        ]);
        RemovedFields::new([&own]).remove_from(&mut sent);
        assert_eq!(names(&sent), ["x-auth-method", "x-user-agent"]);
    }
}
