import "reflect-metadata";
import {
  BasicConstraintsExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { createIdentity, type Identity } from "../../../lib/config/identity.ts";
import { derOf } from "../../../lib/config/pem.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import { openLibc } from "../../../lib/net/libc.ts";
import { listenTls } from "../../../lib/net/listen.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { lacks } from "../../system_needs.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const PATIENCE_MS = 10_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** The same identity with a certificate of its own, which `signer` has signed. */
async function signedBy(signer: Identity, identity: Identity): Promise<Identity> {
  const own = new X509Certificate(derOf(identity.certificatePem));
  const certificate = await X509CertificateGenerator.create({
    serialNumber: "11",
    subject: "CN=somebody else",
    issuer: new X509Certificate(derOf(signer.certificatePem)).subject,
    notBefore: own.notBefore,
    notAfter: own.notAfter,
    publicKey: own.publicKey,
    signingKey: await crypto.subtle.importKey(
      "pkcs8",
      derOf(signer.privateKeyPem),
      ALGORITHM,
      false,
      ["sign"],
    ),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      ...own.extensions.filter(({ type }) => type !== "2.5.29.19"),
    ],
  });
  return { ...identity, certificatePem: `${certificate.toString("pem")}\n` };
}

Deno.test("a certificate that the pinned one has signed is refused", async () => {
  const pinned = await createIdentity();
  const shown = await signedBy(pinned, await createIdentity());
  const listener = listenTls({ host: "127.0.0.1", port: 0 }, {
    cert: shown.certificatePem,
    key: shown.privateKeyPem,
  });
  const serving = (async () => {
    const conn = await listener.accept();
    await conn?.handshake?.().catch(() => {}); // refusing it is what the test is about
    conn?.close();
  })();
  const failure = await assertRejects(
    () =>
      dial({ host: "127.0.0.1", port: listener.port }, { kind: "any" }, {
        tls: { ca: pinned.certificatePem, serverName: null },
        signal: AbortSignal.timeout(PATIENCE_MS),
      }),
    ConnFailed,
    "its certificate is not the one of the ticket",
  );
  assertEquals(failure.code, "tls");
  await serving;
  listener.close();
});

Deno.test("a dial that is called off in the handshake of TLS leaves no connection", {
  ignore: lacks("resets", "TLS that is called off"),
}, async () => {
  const { certificatePem } = await createIdentity();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const calledOff = new AbortController();
  const dialling = assertRejects(
    () =>
      dial({ host: "127.0.0.1", port: listener.addr.port }, { kind: "any" }, {
        tls: { ca: certificatePem, serverName: null },
        signal: calledOff.signal,
      }),
    Error,
  );
  using conn = await listener.accept();
  const buffer = new Uint8Array(4_096);
  assert(await conn.read(buffer) !== null, "the client began its handshake");
  calledOff.abort(new ConnFailed("other", "Cannot dial: it was called off"));
  await dialling;
  await assertRejects(() => conn.read(buffer), Deno.errors.ConnectionReset);
  listener.close();
});
