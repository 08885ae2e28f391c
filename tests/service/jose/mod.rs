//! Compact JWS, JSON and JWK.

mod algorithms;
mod json;
mod jws;
