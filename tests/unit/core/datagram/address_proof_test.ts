import {
  AddressProof,
  RELAYED_AMPLIFICATION,
} from "../../../../lib/core/datagram/address_proof.ts";
import { assert, assertEquals } from "../../../assert.ts";

Deno.test("an unproven address is sent three times what came from it and no more", () => {
  const proof = new AddressProof(7);
  assert(!proof.spend(1));
  proof.received(100);
  assert(proof.spend(299));
  assert(!proof.spend(2));
  assert(proof.spend(1));
  assert(!proof.spend(1));
  proof.received(1);
  assert(proof.spend(3));
});

Deno.test("an address is proven by the answer to its own probe, and only by that", () => {
  const proof = new AddressProof(7);
  assert(!proof.answered(8));
  assert(!proof.isProven);
  assert(proof.answered(7));
  assert(proof.spend(1_000_000));
  assert(!proof.answered(7), "the same answer again is no news");
});

Deno.test("through a relay an unproven address gets as much as it sent", () => {
  const proof = new AddressProof(7, RELAYED_AMPLIFICATION);
  proof.received(100);
  assertEquals([proof.spend(100), proof.spend(1)], [true, false]);
});
