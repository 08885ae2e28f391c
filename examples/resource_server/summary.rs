//! What the server accepts, written at its start.

use sender_constraint::jose::Algorithm;
use url::{Host, Url};

use super::log;
use super::options::{ForwardedFields, Log, LogFormat, NonceMode, Options};
use super::profile;
use super::requirement::requirement;
use super::settings::settings;

pub(crate) struct Summary {
    /// Each with its name.
    lines: Vec<(&'static str, String)>,
    pub(crate) warnings: Vec<String>,
}

impl Summary {
    /// `address` is that of the listener: scheme, IP address and port, or `unix:` and a path.
    pub(crate) fn new(options: &Options, address: &str, issuers: Vec<String>) -> Self {
        let server = &options.server;
        let prefix = server.path_prefix.as_deref().unwrap_or_default();
        let mut lines = vec![("listen", address.to_owned())];
        let origins = server.origin.iter();
        lines.extend(origins.map(|origin| ("origin", format!("{origin}{prefix}"))));
        lines.extend(forwarded(options).map(|forwarded| ("forwarded", forwarded)));
        lines.push(("audience", options.issuers.audience.join(" ")));
        lines.extend(issuers.into_iter().map(|issuer| ("issuer", issuer)));
        lines.extend([
            ("DPoP", dpop(options)),
            ("nonces", nonces(options)),
            ("replay", replay(options)),
            ("mutual TLS", mutual_tls(options)),
            ("unbound", unbound(options).to_owned()),
            ("requires", requires(options)),
        ]);
        lines.extend(profile::lines(options));
        lines.push(("try", attempt(options, address)));
        let warnings = mismatch(options, address).into_iter();
        let warnings = warnings.chain(profile::warnings(options));
        let warnings = warnings.chain(development(options)).collect();
        Self { lines, warnings }
    }

    pub(crate) fn write(&self, options: &Log) {
        if !options.quiet {
            match options.format {
                LogFormat::Text => log::write(std::io::stderr(), &self.text()),
                LogFormat::Json => self.log(),
            }
        }
        for warning in &self.warnings {
            tracing::warn!("{warning}");
        }
    }

    /// One line for each fact.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("resource_server {VERSION}\n");
        for (name, value) in &self.lines {
            text.push_str(&format!("  {name:10}  {value}\n"));
        }
        text
    }

    fn log(&self) {
        let all = |wanted: &str| {
            let values = self.lines.iter().filter(|(name, _)| *name == wanted);
            let values: Vec<_> = values.map(|(_, value)| value.as_str()).collect();
            values.join("; ")
        };
        tracing::info!(
            version = VERSION,
            listen = all("listen"),
            origin = all("origin"),
            forwarded = all("forwarded"),
            audience = all("audience"),
            issuers = all("issuer"),
            dpop = all("DPoP"),
            nonces = all("nonces"),
            replay = all("replay"),
            mutual_tls = all("mutual TLS"),
            unbound = all("unbound"),
            requires = all("requires"),
            profile = all("profile"),
            metadata = all("metadata"),
            "started"
        );
    }
}

fn dpop(options: &Options) -> String {
    let default = || {
        let names = profile::proof_algorithms(options);
        names
            .into_iter()
            .map(Algorithm::name)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let named = options.proofs.proof_algs.as_ref();
    let algorithms = named
        .map(|names| names.replace(',', " "))
        .unwrap_or_else(default);
    let age = settings(options).dpop.max_age_seconds.unwrap_or(60);
    format!("yes: {algorithms}; proofs up to {age} s old")
}

fn nonces(options: &Options) -> String {
    let nonces = &options.nonces;
    let mode = match nonces.nonce {
        NonceMode::Off => return "no (--nonce)".to_owned(),
        NonceMode::Required => "required",
        NonceMode::Skew => "of clients with a wrong clock",
    };
    let every = nonces.nonce_rotation.unwrap_or(60);
    let secret = match &nonces.nonce_secret {
        Some(file) => format!("by the secrets in {file}"),
        None => "by a random secret: other instances refuse them (--nonce-secret)".to_owned(),
    };
    format!("{mode}, a new one every {every} s, {secret}")
}

fn replay(options: &Options) -> String {
    let shared = &options.shared;
    match (&shared.redis_sentinel, shared.redis.len()) {
        (_, 0) => "used proofs are known to this process only (--redis)".to_owned(),
        (Some(primary), _) => {
            format!("used proofs and a deny-list in Redis, at the primary {primary:?} of Sentinels")
        }
        (None, 1) => "used proofs and a deny-list in Redis".to_owned(),
        (None, _) => "used proofs and a deny-list in a Redis Cluster".to_owned(),
    }
}

fn mutual_tls(options: &Options) -> String {
    let certificates = &options.certificates;
    match (&certificates.forwarded_cert, &options.server.tls_cert) {
        (Some(header), _) => {
            let peers = options.server.trusted_peer.join(" ");
            format!("yes: certificates in the header {header} from {peers}")
        }
        (None, Some(_)) if certificates.require_client_cert => {
            "yes: certificates from the connection, which must have one".to_owned()
        }
        (None, Some(_)) => "yes: certificates from the connection".to_owned(),
        (None, None) => "no (--tls-cert, --forwarded-cert)".to_owned(),
    }
}

fn forwarded(options: &Options) -> Option<String> {
    let server = &options.server;
    let fields = match server.forwarded? {
        ForwardedFields::Rfc7239 => "Forwarded",
        ForwardedFields::XForwarded => "X-Forwarded-Host and X-Forwarded-Proto",
    };
    let peers = server.trusted_peer.join(" ");
    Some(format!(
        "the host in {fields} from {peers} selects the origin"
    ))
}

const fn unbound(options: &Options) -> &'static str {
    let allows_by_mcp = options.profile.mcp && !options.profile.fapi2;
    if options.issuers.allow_unbound || allows_by_mcp {
        "YES: anyone who copies such a token can use it"
    } else if options.issuers.report_unbound {
        "YES, and reported: anyone who copies such a token can use it"
    } else if options.issuers.exceptions.is_some() {
        "only of the clients in the file of --exceptions"
    } else {
        "no (--allow-unbound)"
    }
}

fn requires(options: &Options) -> String {
    requirement(&options.requirements).map_or_else(
        |mistake| mistake,
        |require| match require.to_string() {
            any if any == "any token" => {
                "any token (--require-scope, --require-acr, --max-age)".to_owned()
            }
            needs => needs,
        },
    )
}

/// A command that shows the challenge.
fn attempt(options: &Options, address: &str) -> String {
    if let Some(path) = address.strip_prefix("unix:") {
        return format!("curl -i --unix-socket {path} http://localhost/");
    }
    let address = address
        .replace("://0.0.0.0:", "://127.0.0.1:")
        .replace("://[::]:", "://[::1]:");
    match &options.server.tls_cert {
        Some(certificate) => format!("curl -i --cacert {certificate} {address}/"),
        None => format!("curl -i {address}/"),
    }
}

/// Clients that use a loopback origin reach this machine: something has to listen there.
fn mismatch(options: &Options, address: &str) -> Vec<String> {
    let server = &options.server;
    // A proxy that is named listens at the origin.
    if options.certificates.forwarded_cert.is_some() || server.forwarded.is_some() {
        return Vec::new();
    }
    let origins = server.origin.iter();
    origins
        .filter_map(|origin| mismatch_of(origin, address))
        .collect()
}

fn mismatch_of(text: &str, address: &str) -> Option<String> {
    let (origin, listener) = (Url::parse(text).ok()?, Url::parse(address).ok()?);
    let is_loopback = match origin.host()? {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let port = listener.port_or_known_default()?;
    let is_same =
        origin.scheme() == listener.scheme() && origin.port_or_known_default() == Some(port);
    if !is_loopback || is_same {
        return None;
    }
    let (scheme, host) = (listener.scheme(), origin.host_str()?);
    Some(format!(
        "--origin {text} does not fit --listen, which is {address}: proofs that clients make for {scheme}://{host}:{port} \
         are refused, unless a proxy in between listens at the origin"
    ))
}

fn development(options: &Options) -> Option<String> {
    let development = &options.development;
    let tells = [
        (development.explain, "--explain"),
        (development.name_refusals, "--name-refusals"),
    ];
    let tells: Vec<_> = tells.iter().filter(|(is_on, _)| *is_on).collect();
    let names: Vec<_> = tells.iter().map(|(_, name)| *name).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(", ");
        format!("{names}: clients learn why they are refused; for development only")
    })
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
