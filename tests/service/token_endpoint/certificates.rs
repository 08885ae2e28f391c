//! `tls_client_auth`: the names of a certificate that the handshake verified (RFC 8705 section 2.1).

use std::net::IpAddr;
use std::sync::Arc;

use rcgen::string::{Ia5String, PrintableString};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, SanType, date_time_ymd,
};
use sender_constraint::cert::{ClientCertPolicy, Forwarded, HeaderFormat, Peer, TrustedPeers};
use sender_constraint::token_endpoint::{
    CertificateName, Client, ClientAuthenticator, RegistrationError, StaticClients,
};

use super::world::{World, app, assertion, form, head_from, head_without_peer, rules};
use crate::common::NOW;
use crate::tls::{Authority, Identity, client, mutual_tls, shake_hands};

/// The peer of a connection on which the client presented this certificate.
async fn peer(policy: ClientCertPolicy, identity: &Identity) -> Peer {
    let server = Identity::self_signed();
    let tls = mutual_tls(&server, policy);
    let tcp = crate::tls::listen().await;
    let address = tcp.local_addr().unwrap();
    let config = Arc::new(client(&server, &rustls::version::TLS13, Some(identity)));
    let connecting = tokio::spawn(async move {
        let tcp = tokio::net::TcpStream::connect(address).await.unwrap();
        shake_hands(tcp, &config).await
    });
    let (tcp, from) = tcp.accept().await.unwrap();
    let (_, peer) = tls.accept(tcp, Peer::tcp(from)).await.unwrap();
    drop(connecting.await.unwrap());
    peer
}

/// A client whose chain is verified, with a certificate of these parameters.
async fn verified(params: &CertificateParams) -> Peer {
    let authority = Authority::new();
    peer(authority.clients(), &authority.issue(params)).await
}

fn registered(name: CertificateName) -> World {
    let client = Client::tls_client_auth("bank", name).unwrap();
    World::with(rules(), [client, app()])
}

async fn judge(name: CertificateName, peer: Peer) -> Result<String, &'static str> {
    let world = registered(name);
    world.ask_with(&head_from(peer), "client_id=bank").await
}

fn ia5(text: &str) -> Ia5String {
    Ia5String::try_from(text).unwrap()
}

fn with_names(names: Vec<SanType>) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.subject_alt_names = names;
    params
}

fn dns(name: &str) -> CertificateParams {
    with_names(vec![SanType::DnsName(ia5(name))])
}

fn san_dns(name: &str) -> CertificateName {
    CertificateName::san_dns(name).unwrap()
}

const OTHER: Result<String, &str> = Err("client_certificate_name");

#[tokio::test]
async fn cau_20_a_verified_certificate_of_the_registered_name() {
    let ip: IpAddr = "192.0.2.7".parse().unwrap();
    let ip6: IpAddr = "2001:db8::7".parse().unwrap();
    let peer = verified(&with_names(vec![
        SanType::DnsName(ia5("Other.example.com")),
        SanType::DnsName(ia5("Bank.example.com")),
        SanType::URI(ia5("spiffe://example.com/bank")),
        SanType::IpAddress(ip),
        SanType::IpAddress(ip6),
        SanType::Rfc822Name(ia5("bank@example.com")),
    ]))
    .await;
    for name in [
        san_dns("bank.example.com"),
        CertificateName::san_uri("spiffe://example.com/bank").unwrap(),
        CertificateName::san_ip(ip),
        CertificateName::san_ip(ip6),
        CertificateName::san_email("bank@example.com").unwrap(),
    ] {
        let answer = judge(name.clone(), peer.clone()).await;
        assert_eq!(answer.as_deref(), Ok("bank"), "{name:?}");
    }
    for name in [
        san_dns("bank.example.org"),
        san_dns("example.com"),
        san_dns("x.bank.example.com"),
        CertificateName::san_uri("spiffe://example.com/Bank").unwrap(),
        CertificateName::san_uri("spiffe://example.com/bank/").unwrap(),
        CertificateName::san_ip("192.0.2.8".parse().unwrap()),
        CertificateName::san_ip("::ffff:192.0.2.7".parse().unwrap()),
        CertificateName::san_email("Bank@example.com").unwrap(),
        // A name of another type.
        CertificateName::san_uri("dns:bank.example.com").unwrap(),
        CertificateName::subject_dn("CN=bank.example.com").unwrap(),
    ] {
        assert_eq!(judge(name.clone(), peer.clone()).await, OTHER, "{name:?}");
    }
}

#[tokio::test]
async fn cau_20_the_subject_is_compared_as_a_whole() {
    let mut subject = DistinguishedName::new();
    let country = PrintableString::try_from("SE").unwrap();
    subject.push(DnType::CountryName, DnValue::PrintableString(country));
    subject.push(DnType::OrganizationName, "B\u{e4}nk, Ltd");
    subject.push(DnType::CommonName, "bank");
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    let peer = verified(&params).await;
    let name = |text: &str| CertificateName::subject_dn(text).unwrap();
    for text in [
        "CN=bank,O=B\u{e4}nk\\, Ltd,C=SE",
        "cn=bank,2.5.4.10=B\\C3\\A4nk\\2C Ltd,C=#13025345",
    ] {
        let answer = judge(name(text), peer.clone()).await;
        assert_eq!(answer.as_deref(), Ok("bank"), "{text}");
    }
    for text in [
        "C=SE,O=B\u{e4}nk\\, Ltd,CN=bank",
        "CN=bank,C=SE",
        "CN=bank",
        "CN=Bank,O=B\u{e4}nk\\, Ltd,C=SE",
        "CN=bank,O=Ba\u{308}nk\\, Ltd,C=SE",
        "CN=bank+O=B\u{e4}nk\\, Ltd,C=SE",
        "CN=bank,OU=B\u{e4}nk\\, Ltd,C=SE",
        "CN=x,CN=bank,O=B\u{e4}nk\\, Ltd,C=SE",
        "CN=bank,O=B\u{e4}nk\\, Ltd,C=#0c025345",
    ] {
        assert_eq!(judge(name(text), peer.clone()).await, OTHER, "{text}");
    }
}

#[tokio::test]
async fn cau_20_tricks_in_names_do_not_match() {
    let bank = || san_dns("bank.example.com");
    for trick in [
        "*.example.com",
        "bank.example.com\0.evil.example",
        "bank.example.com.",
        " bank.example.com",
        "bank.example.com\n",
        "bank.example.com,DNS:x",
    ] {
        assert_eq!(
            judge(bank(), verified(&dns(trick)).await).await,
            OTHER,
            "{trick:?}"
        );
    }
    assert_eq!(
        judge(bank(), verified(&with_names(vec![])).await).await,
        OTHER
    );
    let mut subject = CertificateParams::default();
    subject.distinguished_name = DistinguishedName::new();
    subject
        .distinguished_name
        .push(DnType::CommonName, "bank\0");
    let name = CertificateName::subject_dn("CN=bank").unwrap();
    assert_eq!(judge(name, verified(&subject).await).await, OTHER);
}

/// A certificate whose subject alternative name extension has these bytes, in a sequence.
fn with_extension(entries: &[u8]) -> CertificateParams {
    let mut params = CertificateParams::default();
    let length = u8::try_from(entries.len()).unwrap();
    let content = [&[0x30, length], entries].concat();
    let extension = CustomExtension::from_oid_content(&[2, 5, 29, 17], content);
    params.custom_extensions.push(extension);
    params
}

#[tokio::test]
async fn cau_20_a_malformed_extension_has_no_names() {
    let entry =
        |tag: u8, value: &[u8]| [&[tag, u8::try_from(value.len()).unwrap()], value].concat();
    let good = entry(0x82, b"a.example");
    let a = || san_dns("a.example");
    let peer = verified(&with_extension(&good)).await;
    assert_eq!(judge(a(), peer).await.as_deref(), Ok("bank"));
    let skipped = [
        entry(0x88, &[42]),
        entry(0xa4, &entry(0x30, &[])),
        good.clone(),
    ]
    .concat();
    let peer = verified(&with_extension(&skipped)).await;
    assert_eq!(judge(a(), peer).await.as_deref(), Ok("bank"));
    for bad in [
        vec![],
        [good.clone(), entry(0x82, b"\xc3\xa4.example")].concat(),
        [good.clone(), entry(0x87, &[1, 2, 3])].concat(),
        [good.clone(), entry(0xa2, &entry(0x16, b"b"))].concat(),
        [good.clone(), entry(0x16, b"b")].concat(),
        [good.clone(), entry(0x89, b"b")].concat(),
        [good.clone(), vec![0x82, 0x81, 1, b'b']].concat(),
        [good.clone(), vec![0x82, 5, b'b']].concat(),
    ] {
        let peer = verified(&with_extension(&bad)).await;
        let answer = judge(a(), peer).await;
        assert_eq!(answer, Err("client_certificate_malformed"), "{bad:02x?}");
    }
}

#[tokio::test]
async fn cau_20_a_certificate_that_was_only_presented() {
    let identity = Identity::of(&dns("bank.example.com"));
    let presented = peer(ClientCertPolicy::any(), &identity).await;
    let answer = judge(san_dns("bank.example.com"), presented).await;
    assert_eq!(answer, Err("client_certificate_not_verified"));
}

#[tokio::test]
async fn cau_20_no_certificate_or_no_peer() {
    let bank = || san_dns("bank.example.com");
    let without = Peer::tcp(([127, 0, 0, 1], 1).into());
    assert_eq!(
        judge(bank(), without).await,
        Err("client_certificate_missing")
    );
    let world = registered(bank());
    let head = head_without_peer();
    let rejection = world.send(&head, "client_id=bank").await.unwrap_err();
    assert_eq!(rejection.kind(), "certificate_unknown_peer");
    assert_eq!(
        (rejection.status().as_u16(), rejection.error()),
        (500, "server_error")
    );
    // A client without certificate needs no peer.
    let answer = world.ask_with(&head, &form(&assertion().sign())).await;
    assert_eq!(answer.as_deref(), Ok("app"));
}

#[tokio::test]
async fn cau_20_a_connection_that_outlives_the_certificate() {
    let mut params = dns("bank.example.com");
    params.not_after = date_time_ymd(2090, 1, 1);
    let peer = verified(&params).await;
    let world = registered(san_dns("bank.example.com"));
    let head = head_from(peer);
    let answer = world.ask_with(&head, "client_id=bank").await;
    assert_eq!(answer.as_deref(), Ok("bank"));
    world.clock.set(NOW + 65 * 366 * 86_400);
    let answer = world.ask_with(&head, "client_id=bank").await;
    assert_eq!(answer, Err("client_certificate_expired"));
}

#[tokio::test]
async fn cau_20_the_certificate_of_a_proxy_is_not_the_client_s() {
    // The proxy's certificate is verified, and has the name of the client.
    let proxy = verified(&dns("bank.example.com")).await;
    let own = proxy.certificate().unwrap().clone();
    let client = Identity::self_signed();
    let source = || {
        let header = "x-client-cert".parse().unwrap();
        let peers = TrustedPeers::networks(["127.0.0.1"]).unwrap();
        Forwarded::new(HeaderFormat::Sha256Hex, Some(header), peers).unwrap()
    };
    let bank = Client::tls_client_auth("bank", san_dns("bank.example.com")).unwrap();
    let clients = StaticClients::new([bank]).unwrap();
    let world = World::of(|clock| {
        let authenticator = ClientAuthenticator::new(rules(), clients).clock(clock);
        authenticator.certificates(source())
    });
    let mut head = head_from(proxy);
    let answer = world.ask_with(&head, "client_id=bank").await;
    assert_eq!(answer, Err("client_certificate_missing"));
    let forwarded = crate::certificates::hex(&client.certificate);
    head.headers
        .insert("x-client-cert", forwarded.parse().unwrap());
    let answer = world.ask_with(&head, "client_id=bank").await;
    assert_eq!(answer, Err("client_certificate_not_verified"));
    assert_ne!(own.thumbprint().to_string(), client.thumbprint());
    head.headers.insert("x-client-cert", "zz".parse().unwrap());
    let rejection = world.send(&head, "client_id=bank").await.unwrap_err();
    assert_eq!(rejection.kind(), "certificate_fingerprint");
    assert_eq!(rejection.status(), 400);
}

#[tokio::test]
async fn cau_20_the_client_names_itself_and_nothing_else() {
    let peer = verified(&dns("bank.example.com")).await;
    let world = registered(san_dns("bank.example.com"));
    let head = head_from(peer);
    for (body, kind) in [
        ("grant_type=client_credentials", "client_missing"),
        ("client_id=other", "client_unknown_client"),
        ("client_id=app", "client_method"),
        ("client_id=bank&client_secret=x", "client_method"),
    ] {
        assert_eq!(world.ask_with(&head, body).await, Err(kind), "{body}");
    }
    let body = form(&assertion().claim("iss", "bank").claim("sub", "bank").sign());
    assert_eq!(world.ask_with(&head, &body).await, Err("client_method"));
    let client = world.send(&head, "client_id=bank").await.unwrap();
    assert_eq!(client.method().name(), "tls_client_auth");
    assert!(client.certificate().is_some());
    // Any client's tokens can be bound to its certificate.
    let client = world.send(&head, &form(&assertion().sign())).await.unwrap();
    assert!(client.certificate().is_some());
}

#[test]
fn cau_20_registered_names_are_checked() {
    let refused = |answer: Result<CertificateName, RegistrationError>| {
        let error = answer.expect_err("a refusal");
        assert!(matches!(error, RegistrationError::CertificateName { .. }));
        assert!(
            error.to_string().starts_with("`tls_client_auth_s"),
            "{error}"
        );
    };
    for name in [
        "",
        "*.example.com",
        "a..b",
        ".a",
        "a.",
        "a b",
        "\u{e4}.b",
        "a\0",
        "a,b",
    ] {
        refused(CertificateName::san_dns(name));
    }
    let labels = |count: usize, last: usize| {
        format!(
            "{}{}",
            format!("{}.", "a".repeat(63)).repeat(count),
            "a".repeat(last)
        )
    };
    assert!(CertificateName::san_dns(&labels(3, 61)).is_ok());
    refused(CertificateName::san_dns(&labels(3, 62)));
    assert!(CertificateName::san_dns(&labels(0, 63)).is_ok());
    refused(CertificateName::san_dns(&labels(0, 64)));
    for uri in ["", "a", ":a", "a: b", "a:\0", "a:\u{e4}"] {
        refused(CertificateName::san_uri(uri));
    }
    for address in ["", "a", "@b", "a@", "a@b@c", "a @b", "a@\u{e4}"] {
        refused(CertificateName::san_email(address));
    }
    refused(CertificateName::subject_dn(""));
    refused(CertificateName::subject_dn("CN=a, O=b"));
}
