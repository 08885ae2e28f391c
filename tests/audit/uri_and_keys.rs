//! Findings about uri_and_keys.
