/** The only module that knows how certificates are made; loaded when one is needed. */
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** The certificate is pinned; its names are for programs that look at them. */
export const SERVER_DOMAIN = "snapt.internal";

/** A clock that was set back must not make the certificate invalid: it is pinned anyway. */
const NOT_BEFORE = new Date("2000-01-01T00:00:00Z");
const NOT_AFTER = new Date("9999-12-31T23:59:59Z");
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/**
 * A self-signed P-256 certificate. It is marked as no CA: rustls refuses a CA certificate as
 * that of a server.
 */
export async function createCertificate(): Promise<
  { certificatePem: string; privateKeyPem: string }
> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: crypto.getRandomValues(new Uint8Array(16)).toHex().replace(/^./, "1"),
    name: "CN=SNAPT",
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([SERVER_AUTH]),
      new SubjectAlternativeNameExtension([
        { type: "dns", value: `*.${SERVER_DOMAIN}` },
        { type: "dns", value: SERVER_DOMAIN },
      ]),
    ],
  });
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const lines = key.toBase64().match(/.{1,64}/g) ?? [];
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    privateKeyPem: ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""]
      .join("\n"),
  };
}
