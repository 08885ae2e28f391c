//! Binding: compares the token's `cnf` with what the request proves. `cnf`, not the header that the client chose,
//! decides which proofs are required, and all of them must hold.

use std::sync::Arc;

use http::request::Parts;

use super::policy::Policy;
use super::refusal::Refusal;
use crate::access::{Evidence, Proven, UnboundBy};
use crate::binding_error::BindingError;
use crate::cert::PresentedCert;
use crate::crypto::Digest;
use crate::excerpt::Excerpt;
use crate::proof::{DpopEvidence, Holder, MtlsEvidence, has_proof};
use crate::rejection_reason::RejectionReason;
use crate::time::Timestamp;
use crate::token::{AccessToken, Confirmation};

/// A token that may be used with the key that the proof claims; the proof itself is not yet verified.
pub(super) struct Bound {
    pub(super) token: Arc<AccessToken>,
    /// When the token was checked: after any wait for keys.
    pub(super) now: Timestamp,
    holder: Holder,
    mtls: Option<MtlsEvidence>,
}

/// What a bearer token is accepted by.
enum Bearer {
    Certificate(MtlsEvidence),
    Unbound(UnboundBy),
}

/// What a client presented with its request besides the token and the proof.
pub(super) struct PresentedByClient<'a> {
    pub(super) head: &'a Parts,
    pub(super) certificate: Option<PresentedCert>,
}

impl Bound {
    pub(super) fn into_proven(self, dpop: DpopEvidence) -> Proven {
        let evidence = Evidence {
            dpop: Some((dpop, self.holder)),
            mtls: self.mtls,
        };
        Proven::new(self.token, evidence)
    }
}

impl Policy {
    /// RFC 9449 section 4.3 item 12, second half, and section 7.1.
    pub(super) fn bind_key(
        &self,
        token: Arc<AccessToken>,
        thumbprint: &Digest,
        client: &PresentedByClient<'_>,
    ) -> Result<Bound, Refusal> {
        let now = self.now();
        match self.holders(&token, thumbprint, client, now) {
            Ok((holder, mtls)) => Ok(Bound {
                token,
                now,
                holder,
                mtls,
            }),
            Err(reason) => Err(Refusal::with_token(reason, &token)),
        }
    }

    fn holders(
        &self,
        token: &AccessToken,
        thumbprint: &Digest,
        client: &PresentedByClient<'_>,
        now: Timestamp,
    ) -> Result<(Holder, Option<MtlsEvidence>), RejectionReason> {
        // Fetching keys for the token may have taken time.
        token.check_expiry(now)?;
        self.check_profile(token)?;
        self.check_revocation(token, Some(thumbprint), client, now)?;
        let confirmation = self.known(token.confirmation())?;
        let jkt = confirmation.jkt.as_ref();
        let jkt = jkt.ok_or(BindingError::UnboundTokenAsDpop)?;
        let mtls = self.bind_certificate(confirmation, client, now)?;
        let holder = self.rollovers.holder(jkt, thumbprint, now);
        let holder = holder.ok_or(BindingError::KeyMismatch {
            bound: *jkt,
            proven: *thumbprint,
        })?;
        Ok((holder, mtls))
    }

    /// RFC 9449 section 7.2: a key-bound token must not be accepted as a bearer token.
    pub(super) fn bind_bearer(
        &self,
        token: Arc<AccessToken>,
        client: &PresentedByClient<'_>,
    ) -> Result<Proven, Refusal> {
        match self.bearer(&token, client) {
            Ok(Bearer::Certificate(mtls)) => {
                let mtls = Some(mtls);
                Ok(Proven::new(token, Evidence { dpop: None, mtls }))
            }
            Ok(Bearer::Unbound(by)) => Ok(Proven::unbound(token, by)),
            Err(reason) => Err(Refusal::with_token(reason, &token)),
        }
    }

    fn bearer(
        &self,
        token: &AccessToken,
        client: &PresentedByClient<'_>,
    ) -> Result<Bearer, RejectionReason> {
        let now = self.now();
        token.check_expiry(now)?;
        self.check_profile(token)?;
        self.check_revocation(token, None, client, now)?;
        let confirmation = self.known(token.confirmation())?;
        if confirmation.jkt.is_some() {
            return Err(BindingError::BoundTokenAsBearer.into());
        }
        if let Some(mtls) = self.bind_certificate(confirmation, client, now)? {
            return Ok(Bearer::Certificate(mtls));
        }
        let unbound_by = self.accept_unbound(token, now)?;
        if self.options.refuse_stray_proofs && has_proof(&client.head.headers) {
            return Err(BindingError::StrayProof.into());
        }
        if matches!(unbound_by, UnboundBy::Reported) {
            self.unbound_counts.add(token.claims(), now);
        }
        Ok(Bearer::Unbound(unbound_by))
    }

    /// Refuses confirmation members that this guard cannot check, even if the token is bound to something else as well.
    fn known<'t>(&self, confirmation: &'t Confirmation) -> Result<&'t Confirmation, BindingError> {
        if confirmation.unknown.is_empty() {
            return Ok(confirmation);
        }
        // An ignorable member never replaces a proof.
        let nothing_known = confirmation.jkt.is_none() && confirmation.x5t_s256.is_none();
        let ignorable = &self.ignored_confirmation_members;
        let unknown = confirmation.unknown.iter().map(String::as_str);
        let unchecked: Vec<_> = unknown
            .filter(|name| nothing_known || !ignorable.contains(*name))
            .collect();
        if unchecked.is_empty() {
            return Ok(confirmation);
        }
        let members = Excerpt::new(&unchecked.join(" "));
        Err(BindingError::UnknownConfirmation { members })
    }

    /// The certificate that a certificate-bound token requires (RFC 8705 section 3).
    fn bind_certificate(
        &self,
        confirmation: &Confirmation,
        client: &PresentedByClient<'_>,
        now: Timestamp,
    ) -> Result<Option<MtlsEvidence>, BindingError> {
        let Some(bound) = &confirmation.x5t_s256 else {
            return Ok(None);
        };
        let mtls = self.mtls.as_ref().ok_or(BindingError::MtlsNotConfigured)?;
        let presented = client.certificate.as_ref();
        let presented = presented.ok_or_else(|| BindingError::CertificateMissing {
            cause: mtls.explain_missing(client.head),
        })?;
        let evidence = mtls.verify(presented, bound, &self.rollovers, now);
        let evidence = evidence.ok_or_else(|| BindingError::CertificateMismatch {
            bound: *bound,
            presented: *presented.thumbprint(),
        })?;
        if !mtls.accepts_dates(presented, now) {
            return Err(BindingError::CertificateExpired);
        }
        Ok(Some(evidence))
    }
}
