//! `htu`, request targets and authorities.

mod authority;
mod htu;
mod request_target;
