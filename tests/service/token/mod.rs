//! JWT access tokens.

mod cache;
mod cached;
mod cached_in_progress;
mod cached_memory;
mod confirmation;
mod dialects;
mod hybrid;
mod introspection;
mod jwt_access;
mod jwt_claims;
mod jwt_issuers;
mod jwt_kinds;
mod jwt_lenient;
mod jwt_times;
mod jwt_typ;
mod per_issuer;
mod places;
mod tenants;
