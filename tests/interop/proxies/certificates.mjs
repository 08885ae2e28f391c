// The certificates of the run, and the forms in which a proxy forwards one.

import { createHash, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const file = (name) => readFileSync(join(process.env.INTEROP_CERTIFICATES, name));

export const ca = file("ca.pem");

function load(name) {
  const [cert, key] = [file(`${name}.pem`), file(`${name}.key`)];
  const { raw } = new X509Certificate(cert);
  return { name, cert, key, der: raw, thumbprint: createHash("sha256").update(raw).digest("base64url") };
}

export const [a, b, rsa, selfSigned, crafted] = ["a", "b", "rsa", "self", "crafted"].map(load);

const base64 = ({ der }) => der.toString("base64");
const sha256 = ({ der }, encoding) => createHash("sha256").update(der).digest(encoding);
const percent = ({ cert }) => encodeURIComponent(String(cert));

/** What each form looks like; the names are those of the resource server's option `--forwarded-cert`. */
export const forms = {
  rfc9440: (certificate) => `:${base64(certificate)}:`,
  xfcc: (certificate) => `Hash=${sha256(certificate, "hex")};Cert="${percent(certificate)}"`,
  "pem-percent": percent,
  "pem-spaces": ({ cert }) => String(cert).replaceAll("\n", " "),
  "der-base64": base64,
  "sha256-hex": (certificate) => sha256(certificate, "hex"),
  "sha256-base64": (certificate) => sha256(certificate, "base64"),
};
