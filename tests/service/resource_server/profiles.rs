//! `--fapi2` and `--metadata` of the example `resource_server`.

use super::options::Options;
use super::running::{AUDIENCE, Running, URL};
use super::summary::Summary;
use crate::fapi2::oidf::Suite;

use http::{Request, StatusCode};
use sender_constraint_testing::SigningKey;
use serde_json::{Value, json};

fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_secs()
}

#[tokio::test]
async fn oidf_01_02_03_04_05_06_07_08_09_10_11_12_13_14_15_16_17_at_the_resource_server() {
    let server = Running::start(&["--fapi2"]).await;
    let token = |key: Option<&SigningKey>| {
        let token = server.issuer.issuer().token(AUDIENCE);
        match key {
            Some(key) => token.bound_to(key).sign(),
            None => token.sign(),
        }
    };
    let suite = Suite {
        client: server.client.clone(),
        url: URL,
        now: now(),
        token: &token,
    };
    for case in suite.cases() {
        let answer = server.send(case.request).await;
        let status = answer.status.as_u16();
        assert!(
            case.statuses.contains(&status),
            "{}: {status} {}",
            case.name,
            answer.text
        );
        for name in ["x-fapi-interaction-id", "date"] {
            assert!(answer.headers.contains_key(name), "{}: {name}", case.name);
        }
    }
    let [first, second] = suite.same_twice();
    assert_eq!(server.send(first).await.status, StatusCode::OK);
    assert_eq!(server.send(second).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn fapi_13_verdict_and_refusal_have_the_identifier_of_the_client() {
    let server = Running::start(&["--fapi2", "--explain"]).await;
    let id = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";
    let good = server.client.request("GET", URL, &server.token().sign());
    for (mut request, status) in [(good, 200), (Request::get(URL).body(()).unwrap(), 401)] {
        request
            .headers_mut()
            .insert("x-fapi-interaction-id", id.parse().unwrap());
        let answer = server.send(request).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["x-fapi-interaction-id"], id);
    }
}

#[tokio::test]
async fn fapi_03_token_in_the_query_is_explained() {
    let server = Running::start(&["--fapi2", "--explain"]).await;
    let mut request = server.client.request("GET", URL, &server.token().sign());
    *request.uri_mut() = "/accounts?access_token=t".parse().unwrap();
    let answer = server.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["options"], json!(["--fapi2"]));
}

#[tokio::test]
async fn fapi_06_options_that_contradict_the_profile_stop_the_start() {
    for (arguments, expected) in [
        (
            &["--allow-unbound"][..],
            "--allow-unbound contradicts --fapi2: only sender-constrained",
        ),
        (
            &["--report-unbound"],
            "--report-unbound contradicts --fapi2: only sender-constrained",
        ),
        (
            &["--accept-early-data"],
            "--accept-early-data contradicts --fapi2: ",
        ),
        (
            &["--token-algs", "ES256,RS256"],
            "RS256 in --token-algs contradicts --fapi2: only PS256",
        ),
        (
            &["--proof-algs", "ES384"],
            "ES384 in --proof-algs contradicts --fapi2: only PS256",
        ),
        (
            &["--clock-skew", "5"],
            "a clock skew of 5 s (--clock-skew) contradicts --fapi2: ",
        ),
        (
            &["--token-leeway", "120"],
            "a leeway for tokens of 120 s (--token-leeway) contradicts",
        ),
        (
            &["--proof-max-age", "5"],
            "a maximum age of proofs of 5 s (--proof-max-age) contradicts",
        ),
        (
            &[
                "--insecure-http-origin",
                "--origin",
                "http://api.example.com",
            ],
            "the origin \"http://api.example.com\" (--insecure-http-origin) contradicts --fapi2: ",
        ),
    ] {
        let error = Running::try_start(&[&["--fapi2"], arguments].concat()).await;
        let error = error.err().unwrap();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn fapi_04_profile_is_in_the_summary_and_its_gap_a_warning() {
    let (text, warnings) = summary(&["--fapi2"]);
    assert!(
        text.contains("  profile     FAPI 2.0 Security Profile: "),
        "{text}"
    );
    assert!(
        text.contains("  DPoP        yes: ES256 EdDSA Ed25519 PS256; "),
        "{text}"
    );
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}");
    };
    assert!(
        warning.starts_with("--fapi2: revoked tokens are accepted"),
        "{warning}"
    );
    let (_, warnings) = summary(&["--fapi2", "--deny", "deny.toml"]);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[tokio::test]
async fn prm_01_metadata_is_served_and_named() {
    let options = ["--metadata", "--require-scope", "read write"];
    let server = Running::start(&options).await;
    let url = "http://127.0.0.1:9300/.well-known/oauth-protected-resource";
    let answer = server.send(Request::get(URL).body(()).unwrap()).await;
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.contains(&format!("resource_metadata=\"{url}\"")),
        "{challenge}"
    );
    let (_, path) = url.split_once(":9300").unwrap();
    let answer = server.send(Request::get(path).body(()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let document: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(document["resource"], "http://127.0.0.1:9300");
    assert_eq!(
        document["authorization_servers"],
        json!([server.issuer.issuer().name()])
    );
    assert_eq!(document["scopes_supported"], json!(["read", "write"]));
    assert_eq!(document["dpop_bound_access_tokens_required"], true);

    let (text, _) = summary(&options);
    assert!(text.contains(&format!("  metadata    {url}\n")), "{text}");
    let (text, _) = summary(&["--metadata", "--path-prefix", "/svc1"]);
    assert!(
        text.contains(&format!("  metadata    {url}/svc1\n")),
        "{text}"
    );
    let plain = [
        "--metadata",
        "--insecure-http-origin",
        "--origin",
        "http://api.example.com",
    ];
    let error = Running::try_start(&plain).await.err().unwrap();
    assert!(error.starts_with("--metadata: "), "{error}");
}

#[tokio::test]
async fn mcp_server_names_its_metadata_and_accepts_bearer_tokens_unless_fapi2_is_set() {
    for (arguments, status, unbound) in [
        (&["--mcp", "--require-scope", "read"][..], 200, "YES: "),
        (
            &["--mcp", "--require-scope", "read", "--fapi2"],
            401,
            "no (--allow-unbound)",
        ),
    ] {
        let server = Running::start(arguments).await;
        let answer = server.send(Request::get(URL).body(()).unwrap()).await;
        let challenges = answer.headers.get_all("www-authenticate").iter();
        let url = "https://api.example.com/.well-known/oauth-protected-resource";
        let named = format!("resource_metadata=\"{url}\"");
        for challenge in challenges {
            let challenge = challenge.to_str().unwrap();
            assert!(challenge.contains(&named), "{challenge}");
            assert!(challenge.contains("scope=\"read\""), "{challenge}");
        }
        let token = server.issuer.issuer().token(AUDIENCE).sign();
        let bearer = Request::get(URL).header("authorization", format!("Bearer {token}"));
        assert_eq!(server.send(bearer.body(()).unwrap()).await.status, status);
        let bound = server.client.request("GET", URL, &server.token().sign());
        assert_eq!(server.send(bound).await.status, StatusCode::OK);
        let (text, _) = summary(arguments);
        assert!(text.contains(&format!("  unbound     {unbound}")), "{text}");
        assert!(text.contains(&format!("  metadata    {url}\n")), "{text}");
    }
}

fn summary(arguments: &[&str]) -> (String, Vec<String>) {
    let required = [
        "resource_server",
        "--issuer",
        "i",
        "--audience",
        AUDIENCE,
        "--origin",
        "http://127.0.0.1:9300",
    ];
    let options = Options::read(required.iter().chain(arguments)).unwrap();
    let summary = Summary::new(&options, "http://127.0.0.1:9300", Vec::new());
    (summary.text(), summary.warnings)
}
