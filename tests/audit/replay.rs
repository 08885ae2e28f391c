//! Findings about replay.
