//! The method by which a token must be bound to its sender (RFC 9449, RFC 8705).

use crate::sender::Sender;

/// How the sender of a request must have proven possession, for [`Require::bound_by`](super::Require::bound_by).
///
/// ```
/// use sender_constraint::require::{Require, SenderConstraint};
///
/// // For a route that unbound tokens must not reach, where the guard accepts some.
/// let payments = Require::scopes(["payments"]).bound_by(SenderConstraint::Any);
/// assert_eq!(payments.validate(), Ok(()));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SenderConstraint {
    /// By either method: a token that the guard accepted without a proof is refused.
    Any,
    /// By a DPoP proof (RFC 9449).
    Dpop,
    /// By a client certificate (RFC 8705 section 3).
    Mtls,
}

impl SenderConstraint {
    pub(super) const fn is_met_by(self, sender: &Sender) -> bool {
        match self {
            Self::Any => !sender.is_unbound(),
            Self::Dpop => sender.jkt().is_some(),
            Self::Mtls => sender.x5t_s256().is_some(),
        }
    }

    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Any => "a proof of possession (DPoP or mutual TLS)",
            Self::Dpop => "a DPoP proof",
            Self::Mtls => "a client certificate",
        }
    }
}

/// What a sender proved, in words.
pub(super) const fn presented(sender: &Sender) -> &'static str {
    match (sender.jkt().is_some(), sender.x5t_s256().is_some()) {
        (true, true) => "with a DPoP proof and a client certificate",
        (true, false) => "with a DPoP proof",
        (false, true) => "with a client certificate",
        (false, false) => "without a proof of possession",
    }
}
