//! The settings of a guard that describe what it protects (RFC 9728).

use super::builder::GuardBuilder;
use crate::metadata::ProtectedResource;

impl GuardBuilder {
    /// Describes the resource that this guard protects (RFC 9728). Its document advertises what the guard enforces,
    /// [`Guard::metadata_layer`](crate::Guard::metadata_layer) serves it, and challenges have its URL
    /// (`resource_metadata`).
    ///
    /// # Deployment
    ///
    /// Clients that follow the document send their requests to the origin of the identifier, and name it in `htu`: it
    /// must be one of the origins of [`GuardBuilder::dpop`]. A guard that is built with a resource of another origin
    /// logs a warning.
    pub fn protected_resource(mut self, resource: ProtectedResource) -> Self {
        self.texts.resource.metadata = Some(resource.metadata_url());
        if self.policy.resource.replace(resource).is_some() {
            self.repeated = Some("protected_resource");
        }
        self
    }

    /// Describes a part of the API, with an identifier of its own: a second document, at its own path. A challenge
    /// leads there if the request was for the path of `part` or for one below, by whole segments; of several, the
    /// longest one counts.
    ///
    /// Some clients compare `resource` with the URL of their request (RFC 9728 section 3.3), and refuse one document
    /// for a whole origin:
    ///
    /// ```
    /// # use sender_constraint::{ConfigError, GuardBuilder};
    /// use sender_constraint::metadata::ProtectedResource;
    ///
    /// # fn example(builder: GuardBuilder) -> Result<GuardBuilder, ConfigError> {
    /// let accounts = ProtectedResource::new("https://api.example.com/accounts")?;
    /// Ok(builder
    ///     .protected_resource(ProtectedResource::new("https://api.example.com")?)
    ///     // At /.well-known/oauth-protected-resource/accounts.
    ///     .also_protected_resource(accounts.scopes(["accounts:read"])?))
    /// # }
    /// ```
    ///
    /// The audience of tokens, and everything else that is enforced, is the same for all parts. At most 256.
    ///
    /// Without [`GuardBuilder::protected_resource`], as for several origins, requests for none of the parts have
    /// challenges without `resource_metadata`, unless [`GuardBuilder::resource_metadata`] names a URL for them, and
    /// [`Guard::metadata_document`](crate::Guard::metadata_document) is `None`.
    pub fn also_protected_resource(mut self, part: ProtectedResource) -> Self {
        self.policy.parts.push(part);
        self
    }

    /// Sets the URL of this resource's metadata, which challenges include (RFC 9728 section 5.1), where another server
    /// serves the document. [`GuardBuilder::protected_resource`] sets it too: the later call counts.
    pub fn resource_metadata(mut self, url: impl Into<String>) -> Self {
        self.texts.resource.metadata = Some(url.into());
        self
    }
}
