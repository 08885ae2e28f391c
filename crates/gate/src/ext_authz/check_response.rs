//! The answer to Envoy: what it changes in an accepted request and in its response, or the response to a refused one.

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, CACHE_CONTROL, HeaderName};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::fields::DPOP;
use super::messages::{Accepted, CheckResponse, Denied, Field, FieldChange, HttpStatus, Status};
use crate::body::Body;

impl CheckResponse {
    /// The request is forwarded with these fields in place of its own, and without those of `removed`.
    pub(super) fn accepted(
        identity: &HeaderMap,
        removed: impl IntoIterator<Item = HeaderName>,
        response: &HeaderMap,
    ) -> Option<Self> {
        // Envoy removes fields after it has set others.
        let removed = removed.into_iter().chain([AUTHORIZATION, DPOP]);
        let mut names: Vec<_> = removed
            .filter(|name| !identity.contains_key(name))
            .map(|name| name.to_string())
            .collect();
        names.sort_unstable();
        names.dedup();
        let accepted = Accepted {
            headers: changes(identity, |_| false)?,
            headers_to_remove: names,
            // What the upstream forbids to caches and exposes to scripts still holds.
            response_headers_to_add: changes(response, |name| {
                [ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL].contains(name)
            })?,
        };
        Some(Self {
            status: Some(Status { code: OK }),
            denied: None,
            accepted: Some(accepted),
        })
    }

    /// The request is answered with this response.
    pub(super) fn refused(response: &Response<Body>) -> Option<Self> {
        let headers = changes(response.headers(), |_| false)?;
        Some(Self::denied(response.status(), headers))
    }

    /// The request is answered with this status, and without a challenge.
    pub(super) fn without_decision(status: StatusCode) -> Self {
        Self::denied(status, Vec::new())
    }

    fn denied(status: StatusCode, headers: Vec<FieldChange>) -> Self {
        let code = i32::from(status.as_u16());
        Self {
            status: Some(Status {
                code: PERMISSION_DENIED,
            }),
            denied: Some(Denied {
                status: Some(HttpStatus { code }),
                headers,
            }),
            accepted: None,
        }
    }
}

/// One change for each value: the first replaces what is there unless `keeps` says that it stays, the others are added.
/// `None` if a value is not ASCII, which a message cannot have.
fn changes(headers: &HeaderMap, keeps: impl Fn(&HeaderName) -> bool) -> Option<Vec<FieldChange>> {
    let of_name = |name: &HeaderName| {
        let keeps = keeps(name);
        let values = headers.get_all(name).iter().enumerate();
        let changes = values.map(|(index, value)| change(name, value, keeps || index > 0));
        changes.collect::<Vec<_>>()
    };
    headers.keys().flat_map(of_name).collect()
}

fn change(name: &HeaderName, value: &HeaderValue, is_added: bool) -> Option<FieldChange> {
    Some(FieldChange {
        header: Some(Field {
            key: name.to_string(),
            value: value.to_str().ok()?.to_owned(),
            raw_value: Vec::new(),
        }),
        append_action: if is_added { ADD } else { OVERWRITE },
    })
}

/// `APPEND_IF_EXISTS_OR_ADD`: another line of the field.
const ADD: i32 = 0;
/// `OVERWRITE_IF_EXISTS_OR_ADD`.
const OVERWRITE: i32 = 2;

/// Codes of `google.rpc.Code`.
const OK: i32 = 0;
const PERMISSION_DENIED: i32 = 7;

#[cfg(test)]
mod tests {
    use http::header::WWW_AUTHENTICATE;

    use super::*;
    use crate::body::empty;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn actions(changes: &[FieldChange]) -> Vec<(&str, &str, i32)> {
        let mut actions = Vec::new();
        for change in changes {
            let header = change.header.as_ref().unwrap();
            let field = (header.key.as_str(), header.value.as_str());
            actions.push((field.0, field.1, change.append_action));
        }
        actions
    }

    #[test]
    fn a_field_that_is_set_is_not_removed() {
        let identity = headers(&[("x-auth-subject", "alice")]);
        let sent = ["x-auth-subject", "x_auth_subject", "x-auth-scope"];
        let sent = sent.map(HeaderName::from_static);
        let response = CheckResponse::accepted(&identity, sent, &HeaderMap::new()).unwrap();
        let accepted = response.accepted.unwrap();
        let removed = ["authorization", "dpop", "x-auth-scope", "x_auth_subject"];
        assert_eq!(accepted.headers_to_remove, removed);
        let set = [("x-auth-subject", "alice", OVERWRITE)];
        assert_eq!(actions(&accepted.headers), set);
        assert_eq!(response.status.unwrap().code, OK);
    }

    #[test]
    fn the_nonce_replaces_and_the_rest_is_added() {
        let response = headers(&[
            ("dpop-nonce", "a"),
            ("cache-control", "no-store"),
            ("access-control-expose-headers", "DPoP-Nonce"),
        ]);
        let response = CheckResponse::accepted(&HeaderMap::new(), [], &response).unwrap();
        let accepted = response.accepted.unwrap();
        let mut changes = actions(&accepted.response_headers_to_add);
        changes.sort_unstable();
        let expected = [
            ("access-control-expose-headers", "DPoP-Nonce", ADD),
            ("cache-control", "no-store", ADD),
            ("dpop-nonce", "a", OVERWRITE),
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn each_challenge_is_a_field_of_its_own() {
        let mut response = Response::new(empty());
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        *response.headers_mut() =
            headers(&[("www-authenticate", "DPoP"), ("www-authenticate", "Bearer")]);
        let denied = CheckResponse::refused(&response).unwrap();
        assert_eq!(denied.status.unwrap().code, PERMISSION_DENIED);
        let denied = denied.denied.unwrap();
        let name = WWW_AUTHENTICATE.as_str();
        let expected = [(name, "DPoP", OVERWRITE), (name, "Bearer", ADD)];
        assert_eq!(actions(&denied.headers), expected);
        assert_eq!(denied.status.unwrap().code, 401);
    }
}
