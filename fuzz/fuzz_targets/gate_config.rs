#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sender_constraint_fuzz::gate_config::check(bytes));
