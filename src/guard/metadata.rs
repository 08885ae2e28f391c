//! The metadata of the resources that a guard protects, from what it enforces (RFC 9728).

use super::policy::Policy;
use crate::config_error::{ConfigError, size_in_range};
use crate::metadata::{Enforced, ProtectedResource, WELL_KNOWN};
use crate::proof::Dpop;
use crate::response::ResourceTexts;
use crate::uri::NormalizedUri;

/// The resources: first the one of the guard as a whole, if it has one, then its parts.
#[derive(Debug)]
pub(super) struct Metadata(Vec<Described>);

/// A resource, its document, and the path where that is.
#[derive(Debug)]
struct Described {
    /// Origin and path in normal form.
    uri: NormalizedUri,
    well_known: String,
    document: String,
    is_part: bool,
}

impl Metadata {
    /// The document of the guard as a whole.
    pub(super) fn whole(&self) -> Option<&str> {
        let first = self.0.first().filter(|first| !first.is_part)?;
        Some(&first.document)
    }

    /// The resources of origins to which no accepted proof can be sent.
    pub(super) fn at_other_origins(&self, dpop: &Dpop) -> impl Iterator<Item = &NormalizedUri> {
        let uris = self.0.iter().map(|each| &each.uri);
        uris.filter(|uri| !dpop.has_origin(uri.origin()))
    }

    /// The document at a path, for requests to an origin.
    pub(super) fn document_at(&self, origin: Option<&str>, path: &str) -> Option<&str> {
        let is_root = path == WELL_KNOWN;
        let Self(resources) = self;
        let is_here = |each: &&Described| origin.is_none_or(|origin| origin == each.uri.origin());
        let is_named = |each: &&Described| each.well_known == path;
        // A guard with one resource serves its document under any name.
        let whole = resources.first().filter(|first| !first.is_part);
        let mut all = resources.iter();
        let named = all.find(|each| is_named(each) && is_here(each));
        let found = named.or_else(|| whole.filter(is_named)).or_else(|| {
            // Where clients look that do not insert the path.
            let here = resources.iter().find(is_here);
            here.or(whole).filter(|_| is_root)
        });
        found.map(|each| each.document.as_str())
    }

    /// The part whose path is the longest that the request is for, counted from 1; otherwise 0.
    pub(super) fn part_of(&self, origin: Option<&str>, path: &str) -> usize {
        let parts = self.0.iter().filter(|each| each.is_part);
        let covering = (1_usize..)
            .zip(parts)
            .filter(|(_, part)| part.covers(origin, path));
        let longest = covering.max_by_key(|(_, part)| part.uri.path().len());
        longest.map_or(0, |(place, _)| place)
    }
}

impl Described {
    /// Whether the request is for this resource, or for something below.
    fn covers(&self, origin: Option<&str>, path: &str) -> bool {
        if origin.is_some_and(|origin| origin != self.uri.origin()) {
            return false;
        }
        let own = self.uri.path();
        let own = own.strip_suffix('/').unwrap_or(own);
        let rest = path.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn is_at_place_of(&self, other: &Self) -> bool {
        self.well_known == other.well_known && self.uri.origin() == other.uri.origin()
    }
}

impl Policy {
    pub(super) fn metadata(&self, algs: Option<&str>) -> Result<Option<Metadata>, ConfigError> {
        let number = self.parts.len();
        size_in_range(
            "GuardBuilder::also_protected_resource",
            number,
            0,
            MAX_PARTS,
        )?;
        let options = &self.options;
        let allows_unbound = options.allow_unbound_tokens || options.report_unbound_tokens;
        let enforced = Enforced {
            issuers: self.tokens.accepted_issuers(),
            proof_algs: algs,
            // A client may use a token without a proof of its key only if none of these holds.
            requires_dpop: self.dpop.is_some()
                && self.mtls.is_none()
                && self.exceptions.is_empty()
                && !allows_unbound,
            accepts_certificates: self.mtls.is_some(),
            now: self.now(),
        };
        let whole = self.resource.iter().map(|resource| (resource, false));
        let parts = self.parts.iter().map(|resource| (resource, true));
        let mut described: Vec<Described> = Vec::new();
        for (resource, is_part) in whole.chain(parts) {
            let resource = Described {
                uri: resource.normal_form()?,
                well_known: resource.metadata_path(),
                document: resource.document(&enforced)?,
                is_part,
            };
            if described
                .iter()
                .any(|other| other.is_at_place_of(&resource))
            {
                let value = resource.uri.to_string();
                return Err(ConfigError::DuplicateResource(value));
            }
            described.push(resource);
        }
        Ok((!described.is_empty()).then_some(Metadata(described)))
    }

    /// What challenges say of the parts.
    pub(super) fn part_texts(&self) -> Result<Vec<ResourceTexts>, ConfigError> {
        let texts = |resource: &ProtectedResource| {
            Ok(ResourceTexts {
                metadata: Some(resource.metadata_url()),
                scope: self.scopes_at_first(resource)?,
            })
        };
        self.parts.iter().map(texts).collect()
    }
}

const MAX_PARTS: usize = 256;
