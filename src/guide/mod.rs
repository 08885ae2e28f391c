//! Pages to read.

pub mod capacity;
