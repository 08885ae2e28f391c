//! Clients that authenticate at a token endpoint.

mod assertions;
mod form;
mod keys;
mod methods;
mod once;
mod world;
