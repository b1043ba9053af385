import { loadSodium } from "../../lib/relay/datagram/sealing/chacha20_poly1305.ts";
import { decodePacket, encodePacket, type Packet } from "../../lib/core/datagram/packet.ts";
import { ProtocolViolation } from "../../lib/core/wire/protocol_violation.ts";
import { deriveDatagramKeys } from "../../lib/relay/datagram/sealing/datagram_keys.ts";
import { DatagramSeal } from "../../lib/relay/datagram/sealing/datagram_seal.ts";
import { DatagramSignature } from "../../lib/relay/datagram/sealing/datagram_signature.ts";
import { assert, assertEquals } from "../assert.ts";
import { fuzzTest } from "./fuzz_test_case.ts";
import type { RandomBytes } from "./random_bytes.ts";

await loadSodium();

function randomPacket(random: RandomBytes): Packet {
  const flow = random.integer(2 ** 32 - 1);
  const payload = random.bytes(random.size(1_500));
  switch (random.below(4)) {
    case 0:
      return { kind: "data", flow, payload };
    case 1: {
      const target = { kind: "service", name: random.text(64) } as const;
      const epoch = random.integer(2 ** 32 - 1);
      return { kind: "bind", flow, epoch, target, source: random.text(64), payload };
    }
    case 2:
      return { kind: "unbound", flow, code: "unreachable" };
    case 3:
      return { kind: "located", flow, address: random.text(64) };
    default:
      return { kind: "probe", token: flow, epoch: 0 };
  }
}

fuzzTest("every packet is read as it was written", (random) => {
  for (let round = 0; round < 500; round++) {
    const packet = randomPacket(random);
    assertEquals(decodePacket(encodePacket(packet)), packet);
  }
});

fuzzTest("random bytes and mutated packets give a packet or a violation", (random) => {
  for (let round = 0; round < 2_000; round++) {
    const bytes = round % 2 === 0
      ? random.bytes(random.size(100))
      : mutated(encodePacket(randomPacket(random)), random);
    try {
      decodePacket(bytes);
    } catch (error) {
      assert(error instanceof ProtocolViolation, `${error}`);
    }
  }
});

fuzzTest("no mutated datagram passes for an authentic one", (random) => {
  const [tag, secret] = [5, "11".repeat(32)];
  const keys = deriveDatagramKeys(random.bytes(32), { protection: "sealed", tag, secret });
  const own = { protection: "sealed", tag, sending: keys.cnapt, receiving: keys.cnapt } as const;
  const [seal, signature] = [new DatagramSeal(own), new DatagramSignature(own)];
  for (let round = 0; round < 300; round++) {
    const packet = randomPacket(random);
    const sealed = seal.seal(packet);
    // The tag only finds the session: it is not looked at again.
    const changed = mutated(sealed.subarray(6), random);
    const whole = new Uint8Array([...sealed.subarray(0, 6), ...changed]);
    assertEquals(seal.open(whole).kind, "dropped");
    assertEquals(seal.open(sealed).kind, "opened");
    const signed = signature.sign(packet);
    assertEquals(signature.verify(mutated(signed, random)).kind, "payload");
    assertEquals(signature.verify(signed).kind, "signed");
  }
});

/** The bytes with one of them changed, cut off, or added. */
function mutated(bytes: Uint8Array, random: RandomBytes): Uint8Array {
  const at = random.integer(bytes.length - 1);
  switch (random.integer(2)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return new Uint8Array([...bytes, random.integer(255)]);
    default: {
      const copy = new Uint8Array(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1 + random.integer(254);
      return copy;
    }
  }
}
