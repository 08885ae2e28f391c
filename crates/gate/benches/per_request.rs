//! Processor time of the gate for each request.

fn main() {}
