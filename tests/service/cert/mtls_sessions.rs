//! A resumed TLS session has the certificate that it began with, and is no way around what the server asks for now.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::tls::*;
use rustls::ClientConfig;
use rustls::HandshakeKind::{Full, Resumed};
use rustls::client::{Resumption, Tls12Resumption};
use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::pki_types::UnixTime;
use rustls::server::ServerSessionMemoryCache;
use rustls::time_provider::TimeProvider;
use sender_constraint::cert::ClientCertPolicy;

#[tokio::test]
async fn mtls_15_resumed_sessions_have_the_certificate() {
    for version in VERSIONS {
        for kind in [
            Tls12Resumption::SessionIdOnly,
            Tls12Resumption::SessionIdOrTickets,
        ] {
            let (server, identity) = (Identity::self_signed(), Identity::self_signed());
            let tls = mutual_tls(&server, ClientCertPolicy::any()).configure(|config| {
                if kind == Tls12Resumption::SessionIdOrTickets {
                    config.ticketer = Ticketer::new().unwrap();
                }
            });
            let address = serve(tls).await;
            let mut config = client(&server, version, Some(&identity));
            config.resumption = Resumption::in_memory_sessions(8).tls12_resumption(kind);
            resumes(address, &Arc::new(config), &identity.thumbprint()).await;
        }
    }
}

#[tokio::test]
async fn dpop_64_early_data_cannot_be_configured() {
    let (server, identity) = (Identity::self_signed(), Identity::self_signed());
    let tls = mutual_tls(&server, ClientCertPolicy::any());
    let address = serve(tls.configure(|config| config.max_early_data_size = 1024)).await;
    let mut config = client(&server, &rustls::version::TLS13, Some(&identity));
    config.enable_early_data = true;
    let config = Arc::new(config);
    resumes(address, &config, &identity.thumbprint()).await;
    let stream = connect(address, &config).await.unwrap();
    let (_, connection) = stream.get_ref();
    assert_eq!(connection.handshake_kind(), Some(Resumed));
    assert!(!connection.is_early_data_accepted());
}

#[tokio::test]
async fn mtls_15_a_session_without_certificate_has_none_when_resumed() {
    for version in VERSIONS {
        let server = Identity::self_signed();
        let address = serve(mutual_tls(&server, ClientCertPolicy::any())).await;
        resumes(address, &Arc::new(client(&server, version, None)), "none").await;
    }
}

#[tokio::test]
async fn mtls_15_a_chain_is_verified_again_when_a_session_is_resumed() {
    let authority = Authority::new();
    for version in VERSIONS {
        let mut params = params();
        params.not_after = rcgen::date_time_ymd(2100, 1, 1);
        let (server, identity) = (Identity::self_signed(), authority.issue(&params));
        let clock = Arc::new(Clock(AtomicU64::new(JUST_BEFORE_2100)));
        let time = Arc::clone(&clock);
        let tls = mutual_tls(&server, authority.clients());
        let address = serve(tls.configure(|config| config.time_provider = time)).await;
        let config = Arc::new(client(&server, version, Some(&identity)));
        let verified = format!("{} verified", identity.thumbprint());
        resumes(address, &config, &verified).await;
        clock.0.fetch_add(120, Ordering::Relaxed);
        ask(address, &config).await.unwrap_err();
    }
}

#[tokio::test]
async fn mtls_09_a_session_begun_without_chain_is_not_verified_elsewhere() {
    let authority = Authority::new();
    for version in VERSIONS {
        let server = Identity::self_signed();
        let [anybody, known] =
            sharing(&server, [ClientCertPolicy::any(), authority.clients()]).await;
        let identity = authority.issue(&params());
        let config = Arc::new(client(&server, version, Some(&identity)));
        let thumbprint = identity.thumbprint();
        assert_eq!(
            ask(anybody, &config).await.unwrap(),
            (Full, thumbprint.clone())
        );
        let verified = format!("{thumbprint} verified");
        assert_eq!(ask(known, &config).await.unwrap(), (Resumed, verified));

        let forger = Identity::self_signed();
        let config = Arc::new(client(&server, version, Some(&forger)));
        assert_eq!(
            ask(anybody, &config).await.unwrap(),
            (Full, forger.thumbprint())
        );
        ask(known, &config).await.unwrap_err();
        assert_eq!(ask(anybody, &config).await.unwrap().1, forger.thumbprint());
    }
}

#[tokio::test]
async fn a_session_begun_without_certificate_is_refused_where_one_is_required() {
    for version in VERSIONS {
        let server = Identity::self_signed();
        let clients = [ClientCertPolicy::any(), ClientCertPolicy::any().required()];
        let [optional, required] = sharing(&server, clients).await;
        let identity = Identity::self_signed();
        let config = Arc::new(client(&server, version, Some(&identity)));
        let thumbprint = identity.thumbprint();
        assert_eq!(
            ask(optional, &config).await.unwrap(),
            (Full, thumbprint.clone())
        );
        assert_eq!(ask(required, &config).await.unwrap(), (Resumed, thumbprint));

        let config = Arc::new(client(&server, version, None));
        assert_eq!(ask(optional, &config).await.unwrap(), (Full, "none".into()));
        ask(required, &config).await.unwrap_err();
        assert_eq!(ask(optional, &config).await.unwrap().1, "none");
    }
}

/// Three connections, all but the first resumed, are all answered with `seen`.
async fn resumes(address: SocketAddr, config: &Arc<ClientConfig>, seen: &str) {
    for kind in [Full, Resumed, Resumed] {
        assert_eq!(ask(address, config).await.unwrap(), (kind, seen.to_owned()));
    }
}

/// Two servers of one name that know each other's sessions.
async fn sharing(server: &Identity, clients: [ClientCertPolicy; 2]) -> [SocketAddr; 2] {
    let sessions = ServerSessionMemoryCache::new(64);
    let [one, other] = clients.map(|clients| {
        let sessions = Arc::clone(&sessions);
        mutual_tls(server, clients).configure(|config| config.session_storage = sessions)
    });
    [serve(one).await, serve(other).await]
}

/// The server's clock, in seconds since 1970.
#[derive(Debug)]
struct Clock(AtomicU64);

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = self.0.load(Ordering::Relaxed);
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

const JUST_BEFORE_2100: u64 = 4_102_444_800 - 60;
