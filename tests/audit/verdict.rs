//! Findings about verdict.
