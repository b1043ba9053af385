import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { HELLO_BYTES } from "../../../../lib/core/wire/preamble.ts";
import {
  type Admission,
  authenticateCnapt,
  authenticateToSnapt,
  LinkRefused,
} from "../../../../lib/relay/link/link_auth.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";

const ID = new Uint8Array(16).fill(1);
const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const known = (key: Uint8Array): Promise<Admission<string>> =>
  Promise.resolve({ kind: "known", key, client: "laptop" });

Deno.test("both ends know each other when both have the key", async () => {
  const [near, far] = MemoryConn.pair();
  const [, who] = await Promise.all([
    authenticateToSnapt(near, { id: ID, key: KEY }),
    authenticateCnapt(far, () => known(KEY)),
  ]);
  assertEquals([who.client, who.idHex, who.key], ["laptop", ID.toHex(), KEY]);
});

Deno.test("CNAPT hears why it is turned away", async () => {
  for (
    const [admission, code] of [
      [known(OTHER_KEY), "badKey"],
      [Promise.resolve({ kind: "refused", code: "revoked", sentence: "gone" } as const), "revoked"],
    ] as const
  ) {
    const [near, far] = MemoryConn.pair();
    const [cnapt, snapt] = await Promise.all([
      assertRejects(() => authenticateToSnapt(near, { id: ID, key: KEY }), LinkRefused),
      assertRejects(() => authenticateCnapt(far, () => admission), ProtocolViolation),
    ]);
    assertEquals([cnapt.code, snapt.code], [code, code]);
  }
});

Deno.test("an AUTH for a link that CNAPT dials is not good for one that SNAPT dials", async () => {
  const [near, far] = MemoryConn.pair();
  await Promise.all([
    assertRejects(() => authenticateToSnapt(near, { id: ID, key: KEY }, "snapt"), LinkRefused),
    assertRejects(() => authenticateCnapt(far, () => known(KEY)), ProtocolViolation),
  ]);
});

/** Two ends of TLS, with somebody between them who shows CNAPT a certificate of his own. */
function intercepted(): [cnapt: MemoryConn, snapt: MemoryConn] {
  const [near, far] = MemoryConn.pair();
  near.shownCertificate = new Uint8Array(300).fill(0xee);
  far.shownCertificate = new Uint8Array(300).fill(0x5a);
  return [near, far];
}

Deno.test("both ends know each other by the certificate that both saw", async () => {
  const [near, far] = intercepted();
  near.shownCertificate = new Uint8Array(300).fill(0x5a);
  await Promise.all([
    authenticateToSnapt(near, { id: ID, key: KEY }),
    authenticateCnapt(far, () => known(KEY)),
  ]);
});

Deno.test("an AUTH is worth nothing when it is passed on by who showed another certificate", async () => {
  const [near, far] = intercepted();
  const [cnapt] = await Promise.all([
    assertRejects(() => authenticateToSnapt(near, { id: ID, key: KEY }), LinkRefused),
    assertRejects(() => authenticateCnapt(far, () => known(KEY)), ProtocolViolation),
  ]);
  assertEquals(cnapt.code, "badKey");
});

Deno.test("who ends TLS in between cannot pass a link on as one without TLS", async () => {
  const [near, far] = intercepted();
  far.shownCertificate = null;
  await Promise.all([
    assertRejects(() => authenticateToSnapt(near, { id: ID, key: KEY }), LinkRefused),
    assertRejects(() => authenticateCnapt(far, () => known(KEY)), ProtocolViolation),
  ]);
});

Deno.test("a proof that is cut off is told apart from one that is wrong", async () => {
  const [near, far] = MemoryConn.pair();
  const cut = assertRejects(
    () => authenticateToSnapt(near, { id: ID, key: KEY }),
    ProtocolViolation,
  );
  far.close();
  assertEquals((await cut).code, "truncated");
});

Deno.test("who is no SNAPT is noticed at the first wrong byte", async () => {
  const [near, far] = MemoryConn.pair();
  const stranger = assertRejects(
    () => authenticateToSnapt(near, { id: ID, key: KEY }),
    ProtocolViolation,
  );
  await far.write(new TextEncoder().encode("SSH-2.0-x\r\n".slice(0, HELLO_BYTES - 1)));
  assertEquals((await stranger).code, "ssh");
});
