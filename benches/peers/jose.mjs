// A proof checked with jose, as its documentation of `EmbeddedJWK` suggests, with the claims of RFC 9449 section 4.3.

import { createHash } from "node:crypto";
import { EmbeddedJWK, calculateJwkThumbprint, decodeJwt, jwtVerify } from "jose";

const OPTIONS = { typ: "dpop+jwt", algorithms: ["ES256"], maxTokenAge: 300, clockTolerance: 10 };

export function jose({ htu }) {
  return async ({ token, proof }) => {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, OPTIONS);
    const ath = createHash("sha256").update(token).digest("base64url");
    const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk);
    const holds =
      payload.htm === "GET" &&
      payload.htu === htu &&
      payload.ath === ath &&
      typeof payload.jti === "string" &&
      thumbprint === decodeJwt(token).cnf.jkt;
    if (!holds) throw new Error("the proof does not hold");
  };
}
