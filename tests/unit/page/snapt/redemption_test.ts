import { redemptionOf } from "../../../../lib/page/snapt/redemption.ts";
import { assertEquals } from "../../../assert.ts";
import { servedSession, snaptSnapshot } from "../../status/kit/snapt_snapshot.ts";
import { knownClient } from "../../../browser/snapt/sample_snapt.ts";

const OPEN = {
  name: "boat",
  services: "all",
  createdAt: "2026-01-01T00:00:00.000Z",
  expiresAt: "2026-01-02T00:00:00.000Z",
  failedTries: 0,
  state: "open",
} as const;

Deno.test("a code is open, redeemed, or over", () => {
  const client = knownClient("boat", { createdAt: "2026-01-01T10:00:00.000Z" });
  const of = (changes: Parameters<typeof snaptSnapshot>[0]) =>
    redemptionOf(snaptSnapshot(changes), "boat");
  assertEquals(of({ invitations: [OPEN] }), { kind: "open" });
  assertEquals(of({ invitations: [{ ...OPEN, state: "triedTooOften" }] }), { kind: "over" });
  assertEquals(of({ invitations: [{ ...OPEN, name: "other" }] }), { kind: "over" });
  const redeemed = { kind: "redeemed", at: "2026-01-01T10:00:00.000Z" } as const;
  assertEquals(of({ invitations: [OPEN], clients: [client] }), { ...redeemed, isConnected: false });
  assertEquals(
    of({ clients: [client], sessions: [servedSession({ client: "boat" })] }),
    { ...redeemed, isConnected: true },
  );
});
