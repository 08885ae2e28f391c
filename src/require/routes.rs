//! What each route requires, in one table: a route that is not in it is refused (RFC 9700 section 2.3).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use http::Method;

use super::requirement::Require;
use crate::config_error::ConfigError;

/// The requirements of all routes, for a guard that refuses every route without one
/// ([`GuardLayer::requirements`](crate::GuardLayer::requirements)).
///
/// Routes are named as axum matched them (`/accounts/{id}`, with the prefix of `nest`) if the guard is a layer of a
/// `Router`, otherwise by the path of the request, which is compared as a whole: with tonic `/package.Service/Method`.
/// Parameters of a route are spelled as by axum 0.8, `{id}` and `{*rest}`; another spelling, and a path that does not
/// begin with `/`, would match no request and is an error.
///
/// ```
/// # fn main() -> Result<(), sender_constraint::ConfigError> {
/// use http::Method;
/// use sender_constraint::require::{Require, RouteRequirements};
///
/// let requirements = RouteRequirements::default()
///     .method(Method::GET, "/accounts/{id}", Require::scopes(["accounts:read"]))?
///     .method(Method::PUT, "/accounts/{id}", Require::scopes(["accounts:write"]).user())?
///     .route("/whoami", Require::any_token())?;
/// for (method, route, require) in requirements.iter() {
///     println!("{} {route}: {require}", method.map_or("*", Method::as_str));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "requirements do nothing until they are given to a guard's layer"]
pub struct RouteRequirements {
    routes: HashMap<String, Vec<Entry>>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// `None` for every method that has no entry of its own.
    method: Option<Method>,
    require: Arc<Require>,
}

impl RouteRequirements {
    /// Sets what a route requires for every method that has no requirement of its own.
    ///
    /// # Errors
    ///
    /// Those of [`Require::validate`], [`ConfigError::DuplicateRoute`], and [`ConfigError::Route`] for a path without
    /// leading `/`, with a segment that begins with `:` or `*`, with a parameter that is not closed, and with a query or a
    /// space.
    pub fn route(self, route: impl Into<String>, require: Require) -> Result<Self, ConfigError> {
        self.add(None, route.into(), require)
    }

    /// Sets what a route requires for one method. The requirement of `GET` holds for `HEAD` too, unless that has its
    /// own.
    ///
    /// # Errors
    ///
    /// As [`RouteRequirements::route`].
    pub fn method(
        self,
        method: Method,
        route: impl Into<String>,
        require: Require,
    ) -> Result<Self, ConfigError> {
        self.add(Some(method), route.into(), require)
    }

    fn add(
        mut self,
        method: Option<Method>,
        route: String,
        require: Require,
    ) -> Result<Self, ConfigError> {
        require.validate()?;
        if !is_route(&route) {
            return Err(ConfigError::Route(route));
        }
        let entries = self.routes.entry(route.clone()).or_default();
        if entries.iter().any(|entry| entry.method == method) {
            return Err(ConfigError::DuplicateRoute(route));
        }
        let require = Arc::new(require);
        entries.push(Entry { method, require });
        Ok(self)
    }

    /// All requirements, in no order. Without a method, the requirement is for every other one.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&Method>, &str, &Require)> {
        self.routes.iter().flat_map(|(route, entries)| {
            let entries = entries.iter();
            entries.map(|Entry { method, require }| (method.as_ref(), route.as_str(), &**require))
        })
    }

    /// All scopes that routes require, each once and in alphabetical order: for `scopes_supported` of the metadata
    /// ([`ProtectedResource::scopes`](crate::metadata::ProtectedResource::scopes)). Handlers may require others
    /// ([`Access::require`](crate::Access::require)).
    ///
    /// ```
    /// # fn main() -> Result<(), sender_constraint::ConfigError> {
    /// use sender_constraint::metadata::ProtectedResource;
    /// use sender_constraint::require::{Require, RouteRequirements};
    ///
    /// let requirements = RouteRequirements::default()
    ///     .route("/accounts/{id}", Require::scopes(["accounts:read"]))?;
    /// let resource = ProtectedResource::new("https://api.example.com")?
    ///     .scopes(requirements.scopes())?;
    /// # drop(resource);
    /// # Ok(())
    /// # }
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let requirements = self.iter().map(|(_, _, require)| require);
        let scopes: BTreeSet<_> = requirements.flat_map(Require::named_scopes).collect();
        scopes.into_iter()
    }

    pub(crate) fn find(&self, method: &Method, route: &str) -> Option<&Require> {
        let entries = self.routes.get(route)?;
        let of = |method: Option<&Method>| {
            let mut entries = entries.iter();
            let found = entries.find(|entry| entry.method.as_ref() == method);
            found.map(|entry| &*entry.require)
        };
        let of_get = || of((*method == Method::HEAD).then_some(&Method::GET));
        of(Some(method)).or_else(of_get).or_else(|| of(None))
    }
}

/// `:id` and `*rest` are what axum 0.7 and other routers write.
fn is_route(route: &str) -> bool {
    let segments = route.strip_prefix('/').map(|rest| rest.split('/'));
    let is_usable =
        |segment: &str| !segment.starts_with([':', '*']) && has_whole_parameters(segment);
    !route.contains([' ', '?', '#']) && segments.is_some_and(|mut it| it.all(is_usable))
}

/// Each `{` has its `}`, and a name in between. Doubled ones are those of a literal path.
fn has_whole_parameters(segment: &str) -> bool {
    let plain = segment.replace("{{", "").replace("}}", "");
    let mut parts = plain.split('{');
    let first = parts.next().unwrap_or_default();
    !first.contains('}')
        && parts.all(|part| {
            part.split_once('}')
                .is_some_and(|(name, rest)| !name.is_empty() && !rest.contains('}'))
        })
}
