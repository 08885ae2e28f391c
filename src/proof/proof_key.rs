//! The JOSE header of a proof: its algorithm, and the client's key with thumbprint.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::error::ProofError;
use super::tables::AcceptedProofs;
use crate::crypto::{Digest, PreparedKey, RsaLimits, decode_onto};
use crate::excerpt::Excerpt;
use crate::jose::{AlgorithmList, Critical, Jwk, Object, Reader, TypeName, parse_fast};

/// A client's key, from the header of its proofs.
#[derive(Debug)]
pub(super) struct ProofKey {
    /// The first part of the proof, as received.
    pub(super) raw: Box<[u8]>,
    pub(super) thumbprint: Digest,
    pub(super) key: PreparedKey,
    pub(super) accepted: AcceptedProofs,
}

impl ProofKey {
    /// Parses the first part of a proof: RFC 9449 section 4.3, items 4, 5 and 7.
    pub(super) fn parse(raw: &[u8], allowed: &AlgorithmList) -> Result<Self, ProofError> {
        let (mut stack, mut heap) = ([0; USUAL_HEADER_BYTES], Vec::new());
        let json = decode_onto(raw, &mut stack, &mut heap).ok_or(ProofError::NotAJws)?;
        let header: Header<'_> = parse_fast(json).map_err(ProofError::Header)?;
        if !header.critical.is_empty() {
            return Err(ProofError::Critical);
        }
        let typ = header.typ.ok_or(ProofError::MissingHeaderMember("typ"))?;
        // 4.3 item 4
        if !TypeName(&typ).is("dpop+jwt") {
            return Err(ProofError::Type(Excerpt::new(&typ)));
        }
        // 4.3 item 5
        let alg = header.alg.ok_or(ProofError::MissingHeaderMember("alg"))?;
        let algorithm = allowed.allowed(&alg).ok_or_else(|| ProofError::Algorithm {
            found: Excerpt::new(&alg),
            allowed: allowed.to_string(),
        })?;
        // 4.3 item 7
        let jwk = header.jwk.ok_or(ProofError::MissingHeaderMember("jwk"))?;
        let key = jwk.public(RsaLimits::PROOF).map_err(ProofError::Key)?;
        Ok(Self {
            raw: raw.into(),
            thumbprint: *key.thumbprint(),
            key: key.prepare(algorithm).map_err(ProofError::Key)?,
            accepted: AcceptedProofs::default(),
        })
    }
}

/// `jku`, `x5u`, `x5c` and `kid` are ignored like any other unknown member: nothing is fetched.
#[derive(Debug, Default)]
struct Header<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    jwk: Option<Jwk<'a>>,
    critical: Critical,
}

impl<'de> Object<'de> for Header<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "typ" => reader.text("typ", &mut self.typ),
            "alg" => reader.text("alg", &mut self.alg),
            "jwk" => reader.object("jwk", &mut self.jwk),
            "crit" => reader.presence("crit", &mut self.critical.crit),
            "b64" => reader.value("b64", &mut self.critical.b64),
            "zip" => reader.presence("zip", &mut self.critical.zip),
            _ => Ok(false),
        }
    }
}

/// For an elliptic-curve key; RSA keys need more.
const USUAL_HEADER_BYTES: usize = 512;
