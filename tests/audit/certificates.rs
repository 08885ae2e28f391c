//! Findings about certificates.
