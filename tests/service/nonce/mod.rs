//! Nonces of the resource server (RFC 9449 sections 8 and 9).

mod attacks;
mod layer;
mod lifetime;
mod modes;
mod replay;
mod requirements;
mod response;
mod secrets;
mod settings;
mod world;
