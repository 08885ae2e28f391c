//! Pages that explain, and define nothing.

pub mod browsers;
pub mod capacity;
pub mod fleet;
pub mod gateways;
pub mod mcp;
pub mod profiles;
pub mod providers;
pub mod refusals;
pub mod revocation;
pub mod settings;
pub mod tenants;
