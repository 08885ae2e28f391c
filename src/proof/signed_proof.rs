//! The stages of a proof's verification, each a type that only the stage before it leads to.

use std::sync::Arc;

use super::error::ProofError;
use super::freshness::ProofTime;
use super::proof_key::ProofKey;
use super::tables::Tables;
use crate::crypto::{Digest, decode_onto};
use crate::jose::Compact;
use crate::replay::Insertion;
use crate::time::Timestamp;

/// A proof that matches the request; its signature is not verified, and it may be a replay.
pub(crate) struct UnverifiedProof<'a> {
    pub(super) proof: Compact<'a>,
    pub(super) sender: Arc<ProofKey>,
    /// Whether the sender's key is cached.
    pub(super) is_known: bool,
    pub(super) replay_key: Digest,
    /// Or why the client needs a nonce.
    pub(super) time: Result<ProofTime, ProofError>,
}

impl<'a> UnverifiedProof<'a> {
    /// The key that the proof claims, for comparison with the token's `jkt`.
    pub(crate) fn thumbprint(&self) -> &Digest {
        &self.sender.thumbprint
    }

    /// RFC 9449 section 4.3 items 6 and 10. A nonce is demanded only of a client whose proof is otherwise valid: one
    /// whose proofs are broken does not repeat them with nonce after nonce.
    pub(super) fn verify(self, tables: &Tables) -> Result<SignedProof<'a>, ProofError> {
        if !self.signature_holds(tables) {
            return Err(ProofError::Signature);
        }
        let time = self.time.clone()?;
        Ok(SignedProof { proof: self, time })
    }

    fn signature_holds(&self, tables: &Tables) -> bool {
        let (mut stack, mut heap) = ([0; USUAL_SIGNATURE_BYTES], Vec::new());
        let signature = decode_onto(self.proof.signature(), &mut stack, &mut heap);
        signature.is_some_and(|signature| {
            tables.verifies(&self.sender, self.proof.signing_input(), signature)
        })
    }
}

/// A recent proof, signed by the key that it contains; it may be a replay. Only [`UnverifiedProof::verify`] creates
/// one.
pub(crate) struct SignedProof<'a> {
    proof: UnverifiedProof<'a>,
    time: ProofTime,
}

impl SignedProof<'_> {
    /// The key that signed the proof.
    pub(crate) fn thumbprint(&self) -> &Digest {
        self.proof.thumbprint()
    }

    pub(super) const fn time(&self) -> &ProofTime {
        &self.time
    }

    pub(super) const fn replay_key(&self) -> &Digest {
        &self.proof.replay_key
    }

    /// The sender's key, and whether it is cached.
    pub(super) const fn sender(&self) -> (&Arc<ProofKey>, bool) {
        (&self.proof.sender, self.proof.is_known)
    }

    /// What the proof proves, if the replay store found it new.
    pub(super) fn into_evidence(
        self,
        insertion: Insertion,
        waited: bool,
        now: Timestamp,
    ) -> Result<DpopEvidence, ProofError> {
        match insertion {
            Insertion::Replayed => Err(ProofError::Replayed),
            Insertion::Fresh => Ok(DpopEvidence {
                jkt: *self.thumbprint(),
                waited,
                is_nonce_due: self.time.is_nonce_due(now),
                _private: (),
            }),
        }
    }
}

/// Evidence that the request carried a new proof of this key. Only [`SignedProof::into_evidence`] creates one.
pub(crate) struct DpopEvidence {
    pub(crate) jkt: Digest,
    /// Whether the replay store's answer was pending: time-dependent checks are then repeated.
    pub(crate) waited: bool,
    /// Whether the client needs the next nonce.
    pub(crate) is_nonce_due: bool,
    _private: (),
}

/// Fits every elliptic-curve signature, and RSA signatures of 2048-bit keys.
const USUAL_SIGNATURE_BYTES: usize = 264;
