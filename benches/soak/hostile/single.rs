//! Attacks that send one request, or a few, and read the answers.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::attacker::Attacker;
use super::outcome::Outcome;
use crate::client::{Answer, Claims, Fault, Issuer, Key, Target, exchange, now, proof, random};
use crate::holder::Holder;

impl Attacker {
    /// A valid request, and the same bytes again.
    pub(super) async fn replay(&self, client: &Holder) -> Outcome {
        let target = &self.targets.accounts;
        let token = client.token(&self.issuer);
        let proof = proof(&client.key, &token, "GET", &target.uri(), Fault::None);
        let request = target.wire(&token, &proof);
        let first = answer(target, &request).await;
        let mut outcome = Outcome::of_valid(&first);
        // A replay of a proof that was not accepted might be accepted.
        if outcome.granted == 1 {
            outcome += Outcome::of_bad(&answer(target, &request).await);
        }
        outcome
    }

    pub(super) async fn other_key(&self) -> Outcome {
        let target = &self.targets.accounts;
        let token = self.thief.token(&self.issuer);
        let proof = proof(&Key::new(), &token, "GET", &target.uri(), Fault::None);
        self.bad(&target.wire(&token, &proof)).await
    }

    pub(super) async fn fault(&self, fault: Fault) -> Outcome {
        let target = &self.targets.accounts;
        let token = self.thief.token(&self.issuer);
        let proof = proof(&self.thief.key, &token, "GET", &target.uri(), fault);
        self.bad(&target.wire(&token, &proof)).await
    }

    pub(super) async fn expired_token(&self) -> Outcome {
        let claims = Claims {
            subject: "thief",
            kid: Issuer::KID,
            expires_at: now() - 3600,
        };
        self.with_token(&self.issuer.token_with(&self.thief.key, &claims))
            .await
    }

    /// Each time another `kid`, for which a server may look at the issuer.
    pub(super) async fn unknown_key(&self) -> Outcome {
        let claims = Claims {
            subject: "thief",
            kid: &random(),
            expires_at: now() + 120,
        };
        self.with_token(&self.others.token_with(&self.thief.key, &claims))
            .await
    }

    async fn with_token(&self, token: &str) -> Outcome {
        let target = &self.targets.accounts;
        let proof = proof(&self.thief.key, token, "GET", &target.uri(), Fault::None);
        self.bad(&target.wire(token, &proof)).await
    }

    /// One client with valid proofs on one connection, as fast as they are answered.
    pub(super) async fn flood(&self) -> Outcome {
        let target = &self.targets.accounts;
        let mut outcome = Outcome::default();
        let Ok(mut stream) = target.connect().await else {
            return Outcome::UNANSWERED;
        };
        for _ in 0..FLOOD {
            let token = self.flooding.token(&self.issuer);
            let proof = proof(
                &self.flooding.key,
                &token,
                "GET",
                &target.uri(),
                Fault::None,
            );
            let answer = read_on(&mut stream, &target.wire(&token, &proof)).await;
            outcome += Outcome::of_valid(&answer);
            if answer.map_or(true, |answer| answer.closes) {
                break;
            }
        }
        outcome
    }

    pub(super) async fn random_bytes(&self) -> Outcome {
        let bytes: String = (0..48).map(|_| random()).collect();
        let mut bytes = bytes.into_bytes();
        bytes.extend([0, 0xff, b'\r', b'\n', b'\r', b'\n']);
        self.bad(&bytes).await
    }

    /// With a valid token and proof.
    pub(super) async fn large_head(&self) -> Outcome {
        let line = |number| format!("x-large-{number}: {}\r\n", "a".repeat(5 * 1024 - 16));
        self.with_fields((0..20).map(line).collect()).await
    }

    /// With a valid token and proof.
    pub(super) async fn many_lines(&self) -> Outcome {
        let line = |number| format!("x-line-{number}: 1\r\n");
        self.with_fields((0..1_000).map(line).collect()).await
    }

    async fn with_fields(&self, fields: String) -> Outcome {
        let target = &self.targets.accounts;
        let (token, proof) = self.valid("GET", target);
        self.bad(&target.wire_with("GET", &fields, &token, &proof))
            .await
    }

    /// 64 KiB of 1 MiB, with a valid token and proof.
    pub(super) async fn aborted_upload(&self) -> Outcome {
        let target = &self.targets.upload;
        let (token, proof) = self.valid("POST", target);
        let mut request = target.wire_with("POST", "content-length: 1048576\r\n", &token, &proof);
        request.resize(request.len() + 64 * 1024, b'u');
        if let Ok(mut stream) = target.connect().await {
            drop(timeout(PATIENCE, stream.write_all(&request)).await);
        }
        Outcome::UNANSWERED
    }

    async fn bad(&self, request: &[u8]) -> Outcome {
        Outcome::of_bad(&answer(&self.targets.accounts, request).await)
    }
}

async fn answer(target: &Target, request: &[u8]) -> Result<Answer, String> {
    let mut stream = target.connect().await?;
    read_on(&mut stream, request).await
}

async fn read_on(stream: &mut TcpStream, request: &[u8]) -> Result<Answer, String> {
    let answered = timeout(PATIENCE, exchange(stream, request)).await;
    answered.map_err(|_| "no answer".to_owned())?
}

const FLOOD: usize = 20;
const PATIENCE: Duration = Duration::from_secs(10);
