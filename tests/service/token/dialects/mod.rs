//! Access tokens of issuers that do not follow RFC 9068, and the vocabulary in which all are read.

mod actors;
mod audience;
mod confirmation;
mod custom;
mod principal;
mod providers;
mod standard;
mod world;
