//! What the fuzz targets check. Each module has one function `check` for any bytes: it panics if a promise is broken.
//!
//! `cargo fuzz run request` searches; `cargo test --no-default-features` replays the corpora on stable Rust.

pub mod certificate;
pub mod client_assertion;
pub mod deny_file;
mod edits;
pub mod forwarded_host;
pub mod gate_config;
pub mod htu;
mod htu_reference;
pub mod introspection;
mod json;
pub mod key_set;
pub mod metadata;
mod mutation;
mod net;
pub mod proof;
pub mod request;
mod response;
pub mod status_list;
pub mod token;
mod world;

/// Every target by its name, for the replay.
pub const TARGETS: [(&str, fn(&[u8])); 13] = [
    ("certificate", certificate::check),
    ("client_assertion", client_assertion::check),
    ("deny_file", deny_file::check),
    ("forwarded_host", forwarded_host::check),
    ("gate_config", gate_config::check),
    ("htu", htu::check),
    ("introspection", introspection::check),
    ("key_set", key_set::check),
    ("metadata", metadata::check),
    ("proof", proof::check),
    ("request", request::check),
    ("status_list", status_list::check),
    ("token", token::check),
];

/// The input of one target, or nothing if the bytes are too few for it.
fn input<'a, T: arbitrary::Arbitrary<'a>>(bytes: &'a [u8]) -> Option<T> {
    T::arbitrary_take_rest(arbitrary::Unstructured::new(bytes)).ok()
}
