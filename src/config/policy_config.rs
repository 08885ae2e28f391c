//! Which further requests the guard accepts or refuses.

use serde::Deserialize;

/// Settings of [`GuardBuilder`](crate::GuardBuilder). All are off by default.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct PolicyConfig {
    /// Accepts requests in TLS early data, which can be replayed
    /// ([`GuardBuilder::accept_early_data`](crate::GuardBuilder::accept_early_data)).
    pub accept_early_data: bool,
    /// Accepts unbound bearer tokens and reports each one, for migrations
    /// ([`GuardBuilder::allow_and_report_unbound_tokens`](crate::GuardBuilder::allow_and_report_unbound_tokens)).
    pub allow_and_report_unbound_tokens: bool,
    /// Accepts unbound bearer tokens, which anyone who copies them can use
    /// ([`GuardBuilder::allow_unbound_tokens`](crate::GuardBuilder::allow_unbound_tokens)).
    pub allow_unbound_tokens: bool,
    /// A TOML file of denied tokens, clients, users and keys, read again when it changes
    /// ([`DenyFile::watch`](crate::revocation::DenyFile::watch)).
    pub deny_file: Option<String>,
    /// A TOML file of clients whose unbound tokens are accepted until a date
    /// ([`ExceptionFile::watch`](crate::exceptions::ExceptionFile::watch)).
    pub exceptions_file: Option<String>,
    /// Answers refused gRPC requests with `grpc-status`
    /// ([`GuardBuilder::grpc_responses`](crate::GuardBuilder::grpc_responses)).
    pub grpc_responses: bool,
    /// Members of `cnf` that are not checked if another one holds
    /// ([`GuardBuilder::ignore_confirmation_member`](crate::GuardBuilder::ignore_confirmation_member)).
    pub ignore_confirmation_members: Vec<String>,
    /// Leaves `Authorization` and `DPoP` in the request for the inner service
    /// ([`GuardBuilder::keep_credentials`](crate::GuardBuilder::keep_credentials)).
    pub keep_credentials: bool,
    /// The `realm` of challenges, of at most 256 bytes.
    pub realm: Option<String>,
    /// Refuses requests with an `access_token` in the query
    /// ([`GuardBuilder::refuse_query_tokens`](crate::GuardBuilder::refuse_query_tokens)).
    pub refuse_query_tokens: bool,
    /// Refuses a `DPoP` header that accompanies an unbound bearer token
    /// ([`GuardBuilder::refuse_stray_proofs`](crate::GuardBuilder::refuse_stray_proofs)).
    pub refuse_stray_proofs: bool,
    /// The URL of this resource's metadata, where another server serves it
    /// ([`GuardBuilder::resource_metadata`](crate::GuardBuilder::resource_metadata)).
    pub resource_metadata: Option<String>,
}
