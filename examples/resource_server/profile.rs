//! From the command line to a profile and the metadata of this resource, and what the summary says of both.

use std::sync::Arc;

use sender_constraint::jose::Algorithm;
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::token::TokenVerifier;
use sender_constraint::{Guard, GuardBuilder};

use url::Url;

use super::at::at;
use super::issuers::algorithms;
use super::options::Options;

/// A builder by the profile of `--fapi2`, or by none.
pub(crate) fn builder(
    options: &Options,
    tokens: Arc<dyn TokenVerifier>,
) -> Result<GuardBuilder, String> {
    let builder = if options.profile.fapi2 {
        Guard::fapi2(tokens)
    } else {
        Guard::builder(tokens)
    };
    let Some(resource) = resource(options)? else {
        return Ok(builder);
    };
    Ok(if options.profile.mcp {
        builder.mcp(resource)
    } else {
        builder.protected_resource(resource)
    })
}

/// The algorithms of tokens that are named, or that the profile narrows the default to.
pub(crate) fn token_algorithms(options: &Options) -> Result<Option<Vec<Algorithm>>, String> {
    let named = options.issuers.token_algs.as_deref().map(algorithms);
    let named = named.transpose().map_err(at("--token-algs"))?;
    let narrowed = options.profile.fapi2.then(|| Algorithm::FAPI.to_vec());
    Ok(named.or(narrowed))
}

/// The algorithms of proofs by default.
pub(crate) fn proof_algorithms(options: &Options) -> Vec<Algorithm> {
    let mut default = Algorithm::PROOF_DEFAULT.to_vec();
    default.retain(|each| !options.profile.fapi2 || Algorithm::FAPI.contains(each));
    default
}

/// What needs neither keys nor a store.
pub(crate) fn check(options: &Options) -> Result<(), String> {
    if options.profile.mcp && options.profile.metadata {
        return Err(
            "--metadata: expected either --metadata or --mcp, which publishes the metadata of --audience"
                .to_owned(),
        );
    }
    other_spellings(options)?;
    resource(options).map(drop)
}

fn resource(options: &Options) -> Result<Option<ProtectedResource>, String> {
    let option = if options.profile.mcp {
        "--mcp"
    } else {
        "--metadata"
    };
    let Some(identifier) = identifier(options) else {
        return Ok(None);
    };
    let scopes = &options.requirements.require_scope;
    let resource = ProtectedResource::new(&identifier).map_err(at(option))?;
    let resource = resource.scopes(scopes);
    resource.map(Some).map_err(at("--require-scope"))
}

/// The audience of an MCP server; otherwise the first origin, with the path that a gateway removes.
fn identifier(options: &Options) -> Option<String> {
    if options.profile.mcp {
        return options.issuers.audience.first().cloned();
    }
    let origin = options.server.origin.first()?.trim_end_matches('/');
    let prefix = options.server.path_prefix.as_deref().unwrap_or_default();
    options
        .profile
        .metadata
        .then(|| format!("{origin}{prefix}"))
}

/// What URL parsers make of the URI of an MCP server, as clients send it in `resource` (RFC 3986 section 6.2): audiences of JWTs
/// as by `Guard::mcp`. The audience of an introspected token is spelled as in `--audience`.
pub(crate) fn other_spellings(options: &Options) -> Result<Vec<String>, String> {
    if !options.profile.mcp {
        return Ok(Vec::new());
    }
    let [audience] = options.issuers.audience.as_slice() else {
        return Err(
            "--mcp: expected one --audience, the URI of the server; its tokens are for nothing else"
                .to_owned(),
        );
    };
    // What is no URL, `resource` refuses.
    let Ok(url) = Url::parse(audience) else {
        return Ok(Vec::new());
    };
    let mut spellings = vec![url.to_string()];
    if url.path() == "/" {
        spellings.push(url.origin().ascii_serialization());
    }
    spellings.retain(|spelling| spelling != audience);
    Ok(spellings)
}

/// The lines of the summary.
pub(crate) fn lines(options: &Options) -> Vec<(&'static str, String)> {
    let names = [
        (options.profile.fapi2, FAPI2),
        (options.profile.mcp, "Model Context Protocol"),
    ];
    let names = names.into_iter().filter(|(is_on, _)| *is_on);
    let names: Vec<_> = names.map(|(_, name)| name).collect();
    let profile = (!names.is_empty()).then(|| names.join("; "));
    let metadata = resource(options).ok().flatten();
    let metadata = metadata.map(|resource| resource.metadata_url());
    let lines = [("profile", profile), ("metadata", metadata)];
    let present = |(name, text): (_, Option<String>)| text.map(|text| (name, text));
    lines.into_iter().filter_map(present).collect()
}

pub(crate) fn warnings(options: &Options) -> Vec<String> {
    revocation(options)
        .into_iter()
        .chain(other_origin(options))
        .collect()
}

/// Clients send requests to the URI of the server, and make proofs for it.
fn other_origin(options: &Options) -> Option<String> {
    let audience = options
        .issuers
        .audience
        .first()
        .filter(|_| options.profile.mcp)?;
    let uri = Url::parse(audience).ok()?.origin();
    let mut origins = options.server.origin.iter();
    let is_same = |origin: &String| Url::parse(origin).is_ok_and(|it| it.origin() == uri);
    if origins.any(is_same) {
        return None;
    }
    Some(format!(
        "--mcp: --audience {audience} has none of the origins in --origin {}: proofs that clients make for this audience are \
         refused",
        options.server.origin.join(" ")
    ))
}

/// FAPI 2.0 section 5.3.4 clause 3.
fn revocation(options: &Options) -> Option<String> {
    let sees_revocation = options.introspection.introspect.is_some()
        || options.issuers.deny.is_some()
        || !options.shared.redis.is_empty();
    let is_missing = options.profile.fapi2 && !sees_revocation;
    is_missing.then(|| {
        "--fapi2: revoked tokens are accepted until they expire; the profile requires their status: --introspect, --deny or \
         --redis"
            .to_owned()
    })
}

const FAPI2: &str = "FAPI 2.0 Security Profile: x-fapi-interaction-id and Date on every response";
