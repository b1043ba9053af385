import { decodePacket, type Packet } from "../../../../../lib/core/datagram/packet.ts";
import { DatagramSignature } from "../../../../../lib/relay/datagram/sealing/datagram_signature.ts";
import { assert, assertEquals } from "../../../../assert.ts";
import { keysOf } from "../kit/datagram_ends.ts";

const BOUND: Packet = { kind: "bound", flow: 7 };
const { cnapt, snapt } = keysOf("signed");

Deno.test("what one end signs the other takes for signed, once", () => {
  const signed = new DatagramSignature(cnapt).sign(BOUND);
  const verifier = new DatagramSignature(snapt);
  const verified = verifier.verify(signed);
  assert(verified.kind === "signed");
  assertEquals(decodePacket(verified.packet), BOUND);
  assertEquals(verifier.verify(signed).kind, "replayed");
});

Deno.test("what was changed anywhere is payload of an application, and does not use up the number", () => {
  const signed = new DatagramSignature(cnapt).sign(BOUND);
  const verifier = new DatagramSignature(snapt);
  for (let at = 0; at < signed.length; at++) {
    const changed = new Uint8Array(signed);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    assertEquals(verifier.verify(changed).kind, "payload", `byte ${at}`);
  }
  assertEquals(verifier.verify(signed.subarray(0, signed.length - 1)).kind, "payload");
  assertEquals(verifier.verify(signed).kind, "signed");
});

Deno.test("an end does not take its own datagrams, reflected, for the other's", () => {
  const own = new DatagramSignature(cnapt);
  assertEquals(own.verify(own.sign(BOUND)).kind, "payload");
});
