//! A6 and A8: what a refusal looks like on the wire.
