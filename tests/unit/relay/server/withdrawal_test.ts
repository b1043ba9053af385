import type { AdmittedClient } from "../../../../lib/relay/access/admitted_client.ts";
import { isNarrowed, withdrawalOf } from "../../../../lib/relay/server/withdrawal.ts";
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

Deno.test("an invitation is narrowed when a service is taken from it or it is another's", () => {
  const two: AdmittedClient = { ...CLIENT, services: [tcpService("ssh", 22), tcpService("db", 1)] };
  assertEquals(isNarrowed(two, two), false);
  assertEquals(isNarrowed(two, { ...two }), false);
  assertEquals(isNarrowed(two, CLIENT), true);
  assertEquals(isNarrowed(CLIENT, two), false);
  assertEquals(isNarrowed(CLIENT, { ...CLIENT, name: "desktop" }), true);
});
