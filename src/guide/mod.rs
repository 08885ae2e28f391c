//! Pages that explain, and define nothing.

pub mod capacity;
