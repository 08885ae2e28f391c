//! Whether there is a connection.

use crate::failure::Failure;
use crate::server::Connection;

/// What calls find.
#[derive(Clone)]
pub(super) enum State {
    /// A connection, with a number that grows with each.
    Connected(Connection, u64),
    /// The last attempt failed, for this reason; others follow.
    Disconnected(String),
    /// The connection was lost, and the first attempt to replace it is under way.
    Replacing,
}

impl State {
    /// The connection; `None` while it is about to be replaced.
    pub(super) fn connection(&self) -> Option<Result<(Connection, u64), Failure>> {
        match self {
            Self::Connected(connection, number) => Some(Ok((connection.clone(), *number))),
            Self::Disconnected(reason) => Some(Err(Failure::unsent(reason))),
            Self::Replacing => None,
        }
    }

    pub(super) const fn is_number(&self, wanted: u64) -> bool {
        matches!(self, Self::Connected(_, number) if *number == wanted)
    }
}
