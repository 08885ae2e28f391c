//! Findings about responses.
