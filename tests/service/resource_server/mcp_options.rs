//! `--mcp` beside other options: its time window, `--metadata`, `--origin` and `--cors`.

use super::options::Options;
use super::running::{AUDIENCE, Running, URL};
use super::summary::Summary;

use http::{Request, StatusCode};

fn options(arguments: &[&str]) -> Options {
    let required = ["resource_server", "--issuer", "https://as.example.com"];
    Options::read(required.iter().chain(arguments)).unwrap()
}

#[tokio::test]
async fn mcp_server_accepts_the_clocks_of_computers_of_users() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    let narrow = ["--mcp", "--proof-max-age", "60", "--clock-skew", "10"];
    for (arguments, is_wide) in [
        (&["--mcp"][..], true),
        (&["--mcp", "--fapi2"], true),
        (&narrow, false),
        (&[], false),
    ] {
        let server = Running::start(arguments).await;
        for (iat, is_recent) in [
            (now, true),
            (now - 280, false),
            (now + 50, false),
            (now - 400, false),
        ] {
            let token = server.token().sign();
            let proof = server
                .client
                .proof("GET", URL, &token)
                .claim("iat", iat)
                .sign();
            let request = server.client.request_with("GET", URL, &token, &proof);
            let is_accepted = server.send(request).await.status == StatusCode::OK;
            let expected = is_recent || (is_wide && iat + 300 > now);
            assert_eq!(is_accepted, expected, "{arguments:?} {iat}");
        }
    }
    let options = options(&["--mcp", "--audience", AUDIENCE, "--origin", AUDIENCE]);
    let text = Summary::new(&options, AUDIENCE, Vec::new()).text();
    assert!(text.contains("; proofs up to 300 s old\n"), "{text}");
}

#[test]
fn metadata_beside_mcp_is_refused() {
    let both = [
        "--mcp",
        "--metadata",
        "--audience",
        AUDIENCE,
        "--origin",
        AUDIENCE,
    ];
    assert_eq!(
        super::guard::check(&options(&both)).unwrap_err(),
        "--metadata: expected either --metadata or --mcp, which publishes the metadata of --audience"
    );
    for one in [&both[..1], &both[1..2]] {
        let arguments = [one, &both[2..]].concat();
        assert_eq!(super::guard::check(&options(&arguments)), Ok(()));
    }
}

#[test]
fn wrong_option_is_found_without_the_issuer() {
    for (more, expected) in [
        (&["--clock-skew", "61"][..], "--clock-skew: "),
        (&["--path-prefix", "a"], "--path-prefix: "),
        (
            &["--insecure-http-origin"],
            "--insecure-http-origin: it has no effect without",
        ),
        (
            &["--forwarded-cert", "a", "--trusted-peer", "unix"],
            "--forwarded-cert: ",
        ),
        (
            &["--mcp", "--audience", "b"],
            "--mcp: expected one --audience",
        ),
    ] {
        let base = ["--audience", AUDIENCE, "--origin", AUDIENCE];
        let error = super::guard::check(&options(&[&base[..], more].concat())).unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn mcp_server_at_another_origin_is_a_warning() {
    let warnings = |audience, origin| {
        let options = options(&["--mcp", "--audience", audience, "--origin", origin]);
        Summary::new(&options, "unix:/run/rs", Vec::new()).warnings
    };
    for origin in [
        "https://mcp.example.com",
        "https://a.example https://mcp.example.com:443/",
    ] {
        let found = warnings("https://mcp.example.com/mcp", origin);
        assert!(found.is_empty(), "{found:?}");
    }
    assert_eq!(
        warnings("https://mcp.example.com/mcp", "https://api.example.com"),
        [
            "--mcp: --audience https://mcp.example.com/mcp has none of the origins in --origin \
             https://api.example.com: proofs that clients make for this audience are refused"
        ]
    );
}

#[tokio::test]
async fn metadata_is_for_scripts_of_any_origin_beside_cors() {
    let server = Running::start(&["--metadata", "--cors", "https://app.example.com"]).await;
    let origin = |request: http::request::Builder| request.header("origin", "https://b.example");
    let path = "/.well-known/oauth-protected-resource";
    let document = server
        .send(origin(Request::get(path)).body(()).unwrap())
        .await;
    assert_eq!(document.status, StatusCode::OK);
    assert_eq!(document.headers["access-control-allow-origin"], "*");
    let preflight = origin(Request::options(path)).header("access-control-request-method", "GET");
    let preflight = server.send(preflight.body(()).unwrap()).await;
    assert_eq!(preflight.headers["access-control-allow-origin"], "*");
    let refused = server
        .send(origin(Request::get(URL)).body(()).unwrap())
        .await;
    assert_eq!(
        refused.headers["access-control-allow-origin"],
        "https://app.example.com"
    );
}
