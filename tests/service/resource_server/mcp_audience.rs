//! The audience of `--mcp`: one URI, in the spellings of URL parsers.

use super::running::{AUDIENCE, Running, URL};

use http::{Request, StatusCode};

#[tokio::test]
async fn mcp_server_accepts_the_spellings_of_its_uri_and_no_other_audience() {
    let server = Running::start(&["--mcp"]).await;
    let slash = format!("{AUDIENCE}/");
    let other = format!("{AUDIENCE}/other");
    for (audience, status) in [
        (AUDIENCE, StatusCode::OK),
        (&slash, StatusCode::OK),
        (&other, StatusCode::UNAUTHORIZED),
    ] {
        let token = server.issuer.issuer().token(audience).sign();
        let request = Request::get(URL).header("authorization", format!("Bearer {token}"));
        let answer = server.send(request.body(()).unwrap()).await;
        assert_eq!(answer.status, status, "{audience}");
    }
    // Without `--mcp` the audience is compared as it is.
    let server = Running::start(&["--allow-unbound"]).await;
    let token = server.issuer.issuer().token(&slash).sign();
    let request = Request::get(URL).header("authorization", format!("Bearer {token}"));
    let answer = server.send(request.body(()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn mcp_server_has_one_audience() {
    let second = ["--audience", "https://other.example.com"];
    let error = Running::try_start(&[&["--mcp"], &second[..]].concat()).await;
    assert_eq!(
        error.err().unwrap(),
        "--mcp: expected one --audience, the URI of the server; its tokens are for nothing else"
    );
    assert!(Running::try_start(&second).await.is_ok());
}
