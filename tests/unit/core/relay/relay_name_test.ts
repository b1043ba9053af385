import {
  nameAskedFor,
  parseRelayName,
  relayCodeKeys,
  relayName,
  relayRoute,
  relayServerName,
  ROUTE_BYTES,
  routeOfName,
} from "../../../../lib/core/relay/relay_name.ts";
import { codeKeys } from "../../../../lib/core/pairing/pairing_proof.ts";
import { CodeMistyped } from "../../../../lib/core/pairing/pairing_secret.ts";
import { PAIRING_HASHES } from "../../../../lib/relay/pairing/pairing_hashes.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

const KEY = new Uint8Array(32).fill(5);
const ROUTE = relayName("route", KEY, PAIRING_HASHES);

Deno.test("the names of a key are these, and different for each purpose", () => {
  assertEquals(
    (["route", "control", "pairing"] as const).map((purpose) =>
      relayName(purpose, KEY, PAIRING_HASHES)
    ),
    ["4a64wqnkgx1s26fj", "tt7twyhssstrtvvt", "ts7ng1x9nns6aeeq"],
  );
});

Deno.test("a name is found again in the server name that is asked for", () => {
  assertEquals(nameAskedFor(relayServerName(ROUTE)), ROUTE);
});

Deno.test("what asks for no name, or for another kind of it, asks for none of a relay", () => {
  for (
    const other of [null, "", "snapt.internal", `${ROUTE}.example.org`, `x${ROUTE}.snapt.internal`]
  ) {
    assertEquals(nameAskedFor(other), null);
  }
});

Deno.test("a name is read as people type it, and a mistyped one is noticed", () => {
  const typed = `${ROUTE.slice(0, 4).toUpperCase()}-${ROUTE.slice(4)} `.replaceAll("0", "O");
  assertEquals(parseRelayName(typed), ROUTE);
  for (const wrong of ["", ROUTE.slice(1), `${ROUTE}0`, ROUTE.replace(/^./, "!")]) {
    assertThrows(() => parseRelayName(wrong), CodeMistyped, "before the @");
  }
  const other = ROUTE.startsWith("2") ? "3" : "2";
  assertThrows(() => parseRelayName(other + ROUTE.slice(1)), CodeMistyped, "mistyped");
});

Deno.test("a code of a relay is not what the same code is at a SNAPT", () => {
  const secret = new Uint8Array(16).fill(1);
  const [atRelay, atSnapt] = [
    relayCodeKeys(secret, PAIRING_HASHES),
    codeKeys(secret, PAIRING_HASHES),
  ];
  assertEquals(atRelay.codeId.toHex() === atSnapt.codeId.toHex(), false);
});

Deno.test("the bytes of a route are found in its name, and in no other", () => {
  const route = relayRoute(KEY, PAIRING_HASHES);
  assertEquals(route.length, ROUTE_BYTES);
  assertEquals(routeOfName(ROUTE), route);
  for (const other of ["", ROUTE.slice(1), `${ROUTE.slice(0, -1)}0`, "!".repeat(16)]) {
    assertEquals(routeOfName(other), null);
  }
});
