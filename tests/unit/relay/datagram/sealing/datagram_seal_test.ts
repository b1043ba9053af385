import { loadSodium } from "../../../../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import type { Packet } from "../../../../../lib/core/datagram/packet.ts";
import { decodePacket } from "../../../../../lib/core/datagram/packet.ts";
import { SEALED_OVERHEAD_BYTES, tagOf } from "../../../../../lib/core/datagram/sealed_datagram.ts";
import { deriveDatagramKeys } from "../../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { DatagramSeal } from "../../../../../lib/relay/datagram/sealing/datagram_seal.ts";
import { DatagramSignature } from "../../../../../lib/relay/datagram/sealing/datagram_signature.ts";
import { assert, assertEquals } from "../../../../assert.ts";

await loadSodium();

const TAG = 0x0102_0304_0506;
const DATA: Packet = { kind: "data", flow: 7, payload: new Uint8Array([1, 2, 3]) };

function ends(protection: "sealed" | "signed", key = 1) {
  const secret = "00".repeat(32);
  const keys = deriveDatagramKeys(new Uint8Array(32).fill(key), { protection, tag: TAG, secret });
  return {
    cnapt: { protection, tag: TAG, sending: keys.cnapt, receiving: keys.snapt },
    snapt: { protection, tag: TAG, sending: keys.snapt, receiving: keys.cnapt },
  };
}

Deno.test("what one end seals the other opens, once", () => {
  const { cnapt, snapt } = ends("sealed");
  const sealed = new DatagramSeal(cnapt).seal(DATA);
  assertEquals(tagOf(sealed), TAG);
  const opener = new DatagramSeal(snapt);
  const opened = opener.open(sealed);
  assert(opened.kind === "opened" && opened.isNewest);
  assertEquals(decodePacket(new Uint8Array(opened.packet)), DATA);
  assertEquals(opener.open(sealed), { kind: "dropped", reason: "replayed" });
});

Deno.test("a sealed datagram that was changed anywhere behind its tag is forged", () => {
  const { cnapt, snapt } = ends("sealed");
  const sealed = new DatagramSeal(cnapt).seal(DATA);
  for (let at = 6; at < sealed.length; at++) {
    const changed = new Uint8Array(sealed);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    const opened = new DatagramSeal(snapt).open(changed);
    assert(opened.kind === "dropped" && opened.reason !== "replayed", `byte ${at}`);
  }
  const intact = new DatagramSeal(snapt).open(sealed);
  assertEquals(intact.kind, "opened");
});

Deno.test("a forged datagram with a high counter does not keep authentic ones out", () => {
  const { cnapt, snapt } = ends("sealed");
  const sealer = new DatagramSeal(cnapt);
  const opener = new DatagramSeal(snapt);
  const forged = new Uint8Array(sealer.seal(DATA));
  forged[8] = 0x10;
  assertEquals(opener.open(forged), { kind: "dropped", reason: "forged" });
  assertEquals(opener.open(sealer.seal(DATA)).kind, "opened");
});

Deno.test("a datagram sent back to its sender, or sealed under another key, is forged", () => {
  const { cnapt, snapt } = ends("sealed");
  const sealed = new DatagramSeal(cnapt).seal(DATA);
  assertEquals(new DatagramSeal(cnapt).open(sealed), { kind: "dropped", reason: "forged" });
  const other = new DatagramSeal(ends("sealed", 2).snapt);
  assertEquals(other.open(sealed), { kind: "dropped", reason: "forged" });
  assertEquals(new DatagramSeal(snapt).open(sealed).kind, "opened");
});

Deno.test("a datagram that is cut is malformed or forged", () => {
  const { cnapt, snapt } = ends("sealed");
  const sealed = new DatagramSeal(cnapt).seal(DATA);
  for (let length = 0; length < sealed.length; length++) {
    const reason = length <= SEALED_OVERHEAD_BYTES ? "malformed" : "forged";
    assertEquals(new DatagramSeal(snapt).open(sealed.subarray(0, length)), {
      kind: "dropped",
      reason,
    });
  }
});

Deno.test("a signed packet is one, and the same again is a replayed one, never payload", () => {
  const { cnapt, snapt } = ends("signed");
  const signed = new DatagramSignature(cnapt).sign({ kind: "bound", flow: 3 });
  const verifier = new DatagramSignature(snapt);
  const verified = verifier.verify(signed);
  assert(verified.kind === "signed");
  assertEquals(decodePacket(verified.packet), { kind: "bound", flow: 3 });
  assertEquals(verifier.verify(signed), { kind: "replayed" });
});

Deno.test("payload that looks like a signed packet is payload", () => {
  const { cnapt, snapt } = ends("signed");
  const signed = new DatagramSignature(cnapt).sign({ kind: "bound", flow: 3 });
  for (let at = 0; at < signed.length; at++) {
    const payload = new Uint8Array(signed);
    payload[at] = (payload[at] ?? 0) ^ 1;
    assertEquals(new DatagramSignature(snapt).verify(payload), { kind: "payload" });
  }
  const sentBack = new DatagramSignature(cnapt).verify(signed);
  assertEquals(sentBack, { kind: "payload" }, "each direction has a key of its own");
});
