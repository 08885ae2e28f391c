//! A proof is verified by its sender's table, and by the key once tables are dropped.

use http::Request;

use super::log::Log;
use super::scripted::{Watched, always};
use super::senders::Client;
use crate::crypto::Digest;
use crate::proof::{Dpop, ProofCheckError};
use crate::time::Timestamp;

#[tokio::test]
async fn proof_is_judged_by_the_table_of_its_sender() {
    let _log = Log::listen();
    let client = Client::es256(1);
    let mut believed = 0;
    // In one round of 256 the first forgery is re-verified.
    for _ in 0..8 {
        let watch = Watched::tables(|_| always(true));
        watch.build_for(&client);
        let mut dpop = Dpop::new("https://rs.example.com").expect("an origin");
        dpop.tables = watch.tables;
        believed += believed_forgeries(&dpop, &client).await;
        assert!(dpop.tables.are_abandoned());
        assert!(verify(&dpop, &client.proof(0, NOW)).await.is_ok());
    }
    assert!(believed > 0, "no table was used");
}

/// Counts accepted forgeries until the disagreement is detected.
async fn believed_forgeries(dpop: &Dpop, client: &Client) -> u32 {
    for number in 1..20_000 {
        let good = client.proof(number, NOW);
        let (input, _) = good.rsplit_once('.').expect("a JWS");
        // All signatures differ, and none is valid.
        let forged = format!("{input}.{number:084}AA");
        if verify(dpop, &forged).await.is_err() {
            return number - 1;
        }
    }
    panic!("the table is never re-verified");
}

async fn verify(dpop: &Dpop, proof: &str) -> Result<(), ProofCheckError> {
    let request = Request::get("/a").header("dpop", proof).body(());
    let (head, ()) = request.expect("a request").into_parts();
    let now = Timestamp::from_unix_seconds(NOW);
    let proof = dpop.read(&head, &Digest::sha256(b"token"), now)?;
    let proof = dpop.verify_signature(proof, now)?;
    dpop.redeem(proof, &Digest::sha256(b"principal"), now)
        .await?;
    Ok(())
}

const NOW: u64 = 1_767_225_600;
