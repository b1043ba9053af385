import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import type { AdmittedClient } from "../../../../lib/relay/access/admitted_client.ts";
import { isEnded, withdrawalOf } from "../../../../lib/relay/server/withdrawal.ts";
import { assertEquals } from "../../../assert.ts";
import { tcpService } from "../../../opening.ts";
import { CLIENT, KEY } from "./kit/server_world.ts";

Deno.test("an admission stands while the ID is known and its key the same", () => {
  const stands = withdrawalOf({ key: KEY }, { kind: "known", key: KEY.slice(), client: CLIENT });
  assertEquals(stands, null);
});

Deno.test("an admission is withdrawn from one that was revoked, or given another key", () => {
  const revoked = { kind: "refused", code: "revoked", sentence: "laptop was revoked" } as const;
  assertEquals(withdrawalOf({ key: KEY }, revoked)?.code, "revoked");
  for (const key of [new Uint8Array(32).fill(8), new Uint8Array(31).fill(7)]) {
    assertEquals(
      withdrawalOf({ key: KEY }, { kind: "known", key, client: CLIENT })?.code,
      "badKey",
    );
  }
});

Deno.test("a session has to end when the invitation is another's, not when services are", () => {
  const dns = { name: "dns", ...DEFAULT_DATAGRAM_TERMS };
  const two: AdmittedClient = { ...CLIENT, services: [tcpService("ssh", 22), tcpService("db", 1)] };
  assertEquals(isEnded(two, two), false);
  assertEquals(isEnded(two, CLIENT), false, "a TCP service is taken from it while it runs");
  assertEquals(isEnded(CLIENT, two), false);
  assertEquals(isEnded({ ...CLIENT, datagrams: [dns] }, CLIENT), false);
  assertEquals(isEnded(CLIENT, { ...CLIENT, datagrams: [dns] }), false);
  assertEquals(isEnded(CLIENT, { ...CLIENT, name: "desktop" }), true);
});
