//! Findings about keys.
