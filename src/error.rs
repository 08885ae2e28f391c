//! The reasons inside a [`Rejection`](crate::Rejection), a [`ConfigError`](crate::ConfigError) and an
//! [`Unavailable`](crate::Unavailable).

pub use crate::binding_error::BindingError;
pub use crate::config_error::{NonceSecretError, SharedSecretError};
pub use crate::credentials::{CredentialsError, UnsupportedScheme};
pub use crate::crypto::PrivateKeyError;
pub use crate::excerpt::Excerpt;
pub use crate::rejection_reason::RejectionReason;
pub use crate::requirement_error::RequirementError;
pub use crate::unavailable::Dependency;
pub use crate::url_error::UrlError;
