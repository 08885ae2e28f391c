//! Hostile clients, of each kind in turn.

mod attack;
mod attacker;
mod held;
mod http2;
mod outcome;
mod single;

pub(crate) use attack::Attack;
pub(crate) use attacker::Attacker;
