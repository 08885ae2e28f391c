//! What a guard and its requirements enforce, in the words of OpenAPI 3.1 (sections 4.8.27 and 4.8.30).

use http::Method;
use serde_json::{Map, Value, json};

use super::alternatives::{
    BEARER_SCHEME, DPOP_SCHEME, MAX_ALTERNATIVES, MUTUAL_TLS_SCHEME, Presented, scope_sets,
};
use super::error::OpenApiError;
use crate::guard::{Accepted, Guard};
use crate::layer::GuardLayer;
use crate::require::{Require, RouteRequirements};

/// What an API requires of requests, for its OpenAPI document: the [module](crate::openapi) has an example.
#[derive(Clone, Debug)]
#[must_use = "it describes nothing until a document is made with it"]
pub struct Security {
    accepted: Accepted,
    every: Vec<Require>,
    tables: Vec<RouteRequirements>,
    names_providers: bool,
}

impl Guard {
    /// Describes what this guard requires of every request, for an OpenAPI 3.1 document.
    ///
    /// What routes require beyond is not part of it: see [`GuardLayer::openapi`] and [`Security::requirements`].
    pub fn openapi(&self) -> Security {
        Security {
            accepted: self.accepted(),
            every: Vec::new(),
            tables: Vec::new(),
            names_providers: false,
        }
    }
}

impl<E> GuardLayer<E> {
    /// Describes what this layer requires of requests, for an OpenAPI 3.1 document: what the guard does, and what
    /// [`GuardLayer::require`] and [`GuardLayer::requirements`] add.
    pub fn openapi(&self) -> Security {
        Security {
            every: self.requirement().of_every_route().cloned().collect(),
            tables: self.requirement().tables().cloned().collect(),
            ..self.guard().openapi()
        }
    }
}

impl Security {
    /// Adds requirements that are enforced by [`Require`] layers around routes, and not by the guard's layer. Make the
    /// layers from the same table ([`RouteRequirements::iter`]), or clones of the same values.
    pub fn requirements(mut self, requirements: RouteRequirements) -> Self {
        self.tables.push(requirements);
        self
    }

    /// Names the issuers as OpenID Connect providers, whose metadata tells tools how to obtain a token: only for
    /// issuers that publish it at `/.well-known/openid-configuration`. By default no issuer is named, nor is any if
    /// some are known only at run time.
    pub const fn open_id_connect(mut self) -> Self {
        self.names_providers = true;
        self
    }

    /// `components.securitySchemes` as JSON: an object with a Security Scheme Object for each name.
    ///
    /// ```
    /// # fn example(guard: sender_constraint::Guard) {
    /// println!("{}", guard.openapi().schemes());
    /// // {"dpop":{"description":"..","scheme":"dpop","type":"http"}}
    /// # }
    /// ```
    #[must_use]
    pub fn schemes(&self) -> String {
        Value::Object(self.scheme_objects()).to_string()
    }

    /// `security` of an operation as JSON: an array of Security Requirement Objects, one of which a request must meet.
    ///
    /// # Errors
    ///
    /// [`OpenApiError`], as for [`Security::document`].
    pub fn operation(&self, method: &Method, path: &str) -> Result<String, OpenApiError> {
        let security = self.security(method, path)?;
        let undeclared = || OpenApiError::Undeclared(vec![self.undeclared(method, path)]);
        Ok(security.ok_or_else(undeclared)?.to_string())
    }

    /// `None` if a table has no requirement for it.
    pub(super) fn security(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<Option<Value>, OpenApiError> {
        let Some(needs) = self.needs(method, path) else {
            return Ok(None);
        };
        let operation = || name_of(method, path);
        for need in &needs {
            need.validate()
                .map_err(|mistake| OpenApiError::Requirement {
                    operation: operation(),
                    mistake,
                })?;
        }
        let presented = Presented::all(&self.accepted, &needs);
        if presented.is_empty() {
            return Err(OpenApiError::Unmeetable {
                operation: operation(),
            });
        }
        let too_many = || OpenApiError::Alternatives {
            operation: operation(),
            most: MAX_ALTERNATIVES,
        };
        let sets = scope_sets(&needs).ok_or_else(too_many)?;
        let mut security = Vec::new();
        for each in &presented {
            for scopes in &sets {
                let of = |provider: Option<&str>| each.requirement(scopes, provider);
                let providers = self.providers();
                if providers.is_empty() {
                    security.push(of(None));
                }
                security.extend(providers.iter().map(|(name, _)| of(Some(name))));
            }
        }
        if self.accepted.anonymous_requests && needs.is_empty() {
            security.push(json!({}));
        }
        Ok(Some(security.into()))
    }

    /// Everything that is required of an operation.
    fn needs(&self, method: &Method, path: &str) -> Option<Vec<&Require>> {
        let mut needs: Vec<&Require> = self.every.iter().collect();
        for table in &self.tables {
            needs.push(find(table, method, path)?);
        }
        Some(needs)
    }

    pub(super) fn routes(&self) -> impl Iterator<Item = &str> {
        let tables = self.tables.iter().flat_map(RouteRequirements::iter);
        tables.map(|(_, route, _)| route)
    }

    pub(super) const fn has_tables(&self) -> bool {
        !self.tables.is_empty()
    }

    pub(super) fn scheme_objects(&self) -> Map<String, Value> {
        let accepted = &self.accepted;
        let mut schemes = Map::new();
        if let Some(algs) = &accepted.proof_algs {
            let algs = algs.replace(' ', ", ");
            let text = format!(
                "An access token that is bound to a key (RFC 9449): `Authorization: DPoP <token>`, with a proof of the key \
                 in `DPoP` for each request, signed with one of {algs}."
            );
            let scheme = json!({"type": "http", "scheme": DPOP_SCHEME, "description": text});
            schemes.insert(DPOP_SCHEME.to_owned(), scheme);
        }
        if accepted.certificates || accepted.unbound_tokens {
            let text = if accepted.unbound_tokens {
                "An access token (RFC 6750): `Authorization: Bearer <token>`."
            } else {
                "An access token that is bound to a client certificate: `Authorization: Bearer <token>`."
            };
            let scheme = json!({"type": "http", "scheme": BEARER_SCHEME, "description": text});
            schemes.insert(BEARER_SCHEME.to_owned(), scheme);
        }
        if accepted.certificates {
            let text = "The client certificate that the access token is bound to (RFC 8705).";
            let scheme = json!({"type": "mutualTLS", "description": text});
            schemes.insert(MUTUAL_TLS_SCHEME.to_owned(), scheme);
        }
        for (name, issuer) in self.providers() {
            let url = format!(
                "{}/.well-known/openid-configuration",
                issuer.trim_end_matches('/')
            );
            let text = format!("Tokens of {issuer}.");
            let scheme =
                json!({"type": "openIdConnect", "openIdConnectUrl": url, "description": text});
            schemes.insert(name, scheme);
        }
        schemes
    }

    /// Name of the scheme, and issuer.
    fn providers(&self) -> Vec<(String, &str)> {
        let issuers = self.accepted.issuers.iter().zip(1_usize..);
        let named = issuers.filter(|_| self.names_providers);
        let named = named.map(|(issuer, number)| match number {
            1 => (OPENID_CONNECT.to_owned(), issuer.as_str()),
            _ => (format!("{OPENID_CONNECT}_{number}"), issuer.as_str()),
        });
        named.collect()
    }
}

/// A wildcard of axum (`{*path}`) is an ordinary parameter in OpenAPI (`{path}`).
fn find<'a>(table: &'a RouteRequirements, method: &Method, path: &str) -> Option<&'a Require> {
    table.find(method, path).or_else(|| {
        let (before, parameter) = path.strip_suffix('}')?.rsplit_once('{')?;
        table.find(method, &format!("{before}{{*{parameter}}}"))
    })
}

pub(super) fn name_of(method: &Method, path: &str) -> String {
    format!("{method} {path}")
}

const OPENID_CONNECT: &str = "openid_connect";
