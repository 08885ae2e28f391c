//! The check of a proof (RFC 9449 section 4.3): the twelve checks in order of cost, the replay check last.

use std::sync::Arc;

use http::request::Parts;

use super::claims::{Claims, proof_header, required_text};
use super::dpop::Dpop;
use super::error::{ProofCheckError, ProofError};
use super::proof_key::ProofKey;
use super::signed_proof::{DpopEvidence, SignedProof, UnverifiedProof};
use crate::crypto::{Digest, Hasher, decode_onto};
use crate::excerpt::Excerpt;
use crate::jose::parse_fast;
use crate::replay::{UsedProof, within};
use crate::time::Timestamp;
use crate::uri::RequestTarget;

impl Dpop {
    /// Checks everything about the proof that needs neither a public-key operation nor knowledge of other requests.
    pub(crate) fn read<'a>(
        &self,
        head: &'a Parts,
        access_token: &Digest,
        now: Timestamp,
    ) -> Result<UnverifiedProof<'a>, ProofCheckError> {
        let proof = proof_header(&head.headers)?;
        let known = self.senders.get(proof.header());
        let is_known = known.is_some();
        let sender = match known {
            Some(sender) => sender,
            None => Arc::new(ProofKey::parse(proof.header(), &self.algorithms)?),
        };
        let (mut stack, mut heap) = ([0; USUAL_PAYLOAD_BYTES], Vec::new());
        let json = decode_onto(proof.payload(), &mut stack, &mut heap);
        let json = json.ok_or(ProofError::NotAJws)?;
        let claims: Claims<'_> = parse_fast(json).map_err(ProofError::Payload)?;
        // 4.3 item 3
        let jti = required_text("jti", &claims.jti)?;
        let htm = required_text("htm", &claims.htm)?;
        let htu = required_text("htu", &claims.htu)?;
        let iat = claims.iat.ok_or(ProofError::MissingClaim("iat"))?;
        let ath = required_text("ath", &claims.ath)?;
        if jti.len() > MAX_JTI_BYTES {
            return Err(ProofError::JtiTooLong(jti.len()).into());
        }
        // 4.3 item 8
        if htm != head.method.as_str() {
            let (found, expected) = (Excerpt::new(htm), Excerpt::new(head.method.as_str()));
            return Err(ProofError::Method { found, expected }.into());
        }
        // 4.3 item 9
        let target = self.targets.target(head)?;
        self.targets.check(&target, htu, head)?;
        // 4.3 items 10 and 11
        let server = self.targets.origins.first().as_str();
        let time = self.freshness.read(&claims, iat, server, now)?;
        // 4.3 item 12, first half; the second half is the binding of the token
        if Digest::from_base64url(ath).as_ref() != Some(access_token) {
            return Err(ProofError::AccessTokenHash.into());
        }
        Ok(UnverifiedProof {
            replay_key: replay_key(&sender.thumbprint, htm, &target, jti),
            time,
            proof,
            sender,
            is_known,
        })
    }

    /// Verifies the signature, unless the proof is known to have been used: a replayed proof costs no verification.
    pub(crate) fn verify_signature<'a>(
        &self,
        proof: UnverifiedProof<'a>,
        now: Timestamp,
    ) -> Result<SignedProof<'a>, ProofError> {
        // Fetching keys for the token may have taken time.
        if let Ok(time) = &proof.time {
            self.freshness.check(time, now)?;
        }
        if self.replay.has_seen(&proof.replay_key, now) {
            return Err(ProofError::Replayed);
        }
        proof.verify(&self.tables)
    }

    /// Records the proof in the replay store, which alone decides whether it is new.
    ///
    /// `principal` is the token's issuer, client and subject, or the key, for per-principal limits. `now` is the
    /// current time, by which the store may drop expired proofs.
    pub(crate) async fn redeem(
        &self,
        proof: SignedProof<'_>,
        principal: &Digest,
        now: Timestamp,
    ) -> Result<DpopEvidence, ProofCheckError> {
        self.freshness.check(proof.time(), now)?;
        let until = self.freshness.until(proof.time());
        let proof_use = UsedProof::new(*proof.replay_key(), *principal, until, now);
        let insertion = self.replay.insert(&proof_use);
        let waited = !insertion.is_ready();
        let setting = "`Dpop::replay_timeout`";
        let insertion = within(self.replay_timeout, setting, insertion).await?;
        let (sender, is_known) = proof.sender();
        let sender = Arc::clone(sender);
        let evidence = proof.into_evidence(insertion, waited, now)?;
        self.tables.accepted(&sender);
        if !is_known {
            self.senders.keep(&sender);
        }
        Ok(evidence)
    }
}

/// Hashes key and claims rather than bytes: a second encoding of the same signature or JSON is not a second proof, and
/// no client can use up another client's `jti`.
fn replay_key(thumbprint: &Digest, htm: &str, target: &RequestTarget<'_>, jti: &str) -> Digest {
    let mut hasher = Hasher::default();
    hasher.update(thumbprint.as_bytes());
    for part in [htm, target.origin, &target.path, jti] {
        hasher.update_framed(part.as_bytes());
    }
    hasher.finish()
}

const MAX_JTI_BYTES: usize = 512;
/// Zeroing a maximum-size buffer costs more than decoding a usual payload.
const USUAL_PAYLOAD_BYTES: usize = 512;
