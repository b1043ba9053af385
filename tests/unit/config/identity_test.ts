import { X509Certificate } from "node:crypto";
import {
  certificateDer,
  createIdentity,
  IdentityInvalid,
  loadIdentity,
  saveIdentity,
} from "../../../lib/config/identity.ts";
import { certificatePem } from "../../../lib/config/pem.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { inFolder } from "../../temporary_folder.ts";

const identity = await createIdentity();

Deno.test("an identity is the same after it was saved and loaded", () =>
  inFolder(async (folder) => {
    const path = `${folder}/snapt.identity.json`;
    await saveIdentity(path, identity);
    assertEquals(await loadIdentity(path), identity);
    const { mode } = await Deno.stat(path);
    if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("two identities have nothing in common", async () => {
  const other = await createIdentity();
  assert(other.secret.toHex() !== identity.secret.toHex());
  assert(other.privateKeyPem !== identity.privateKeyPem);
  assert(other.certificatePem !== identity.certificatePem);
});

Deno.test("the certificate is no CA, and good for the names by which load balancers are told", () => {
  const certificate = new X509Certificate(identity.certificatePem);
  assertEquals(certificate.ca, false);
  assert(certificate.subjectAltName?.includes("DNS:*.snapt.internal"));
  assert(new Date(certificate.validFrom).getUTCFullYear() <= 2000);
});

Deno.test("the certificate in DER, as tickets carry it, is the same certificate", () => {
  const der = certificateDer(identity);
  assertEquals(certificateDer({ ...identity, certificatePem: certificatePem(der) }), der);
});

Deno.test("a missing identity says what makes one", () =>
  inFolder(async (folder) => {
    await assertRejects(() => loadIdentity(`${folder}/none`), IdentityInvalid, "`snapt init`");
  }));

for (
  const [what, content] of [
    ["empty", ""],
    ["cut off", JSON.stringify({ version: 1, ...identity }).slice(0, 300)],
    ["of another kind", "[]"],
    ["without a key", JSON.stringify({ certificatePem: "", secret: "" })],
    [
      "with an odd secret",
      JSON.stringify({ certificatePem: "", privateKeyPem: "", secret: "abc" }),
    ],
    [
      "with an empty secret",
      JSON.stringify({ certificatePem: "", privateKeyPem: "", secret: "" }),
    ],
  ] as const
) {
  Deno.test(`an identity that is ${what} is said to be damaged and not quoted`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/snapt.identity.json`;
      await Deno.writeTextFile(path, content);
      const error = await assertRejects(() => loadIdentity(path), IdentityInvalid, "damaged");
      assert(!error.message.includes("PRIVATE KEY"));
      assert(error.message.includes(path));
    }));
}
