//! `htu`, request targets and authorities.

mod authority;
mod htu;
mod origins;
mod request_target;
