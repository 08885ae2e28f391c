//! An issuer that is spelled otherwise than in its metadata.

use super::from_variables;
use crate::common::*;

#[tokio::test]
async fn cfg_08_a_final_slash_is_named_at_start() {
    let server = sender_constraint_testing::IssuerServer::start()
        .await
        .unwrap();
    let name = server.issuer().name();
    let misspelt = format!("{name}/");
    let config = from_variables(&[("ISSUER", &misspelt), ("ORIGIN", ORIGIN)]).unwrap();
    let error = config.build().await.unwrap_err().to_string();
    let expected = format!(
        "this is the metadata of issuer {name:?}, not of {misspelt:?}; it differs from {misspelt:?} only in the final `/`"
    );
    assert!(
        error.starts_with("environment variable SENDER_CONSTRAINT_ISSUER: ")
            && error.contains(&expected),
        "{error}"
    );
}
