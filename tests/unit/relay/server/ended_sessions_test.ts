import { EndedSessions } from "../../../../lib/relay/server/ended_sessions.ts";
import { assertEquals } from "../../../assert.ts";

const ENDED = { endedAt: "2026-01-01T00:00:00.000Z", reason: "gone", from: "198.51.100.1:1" };

Deno.test("how the last session of a CNAPT ended is known", () => {
  const ended = new EndedSessions();
  assertEquals(ended.of("aa"), null);
  ended.add("aa", ENDED);
  ended.add("aa", { ...ENDED, reason: "revoked" });
  assertEquals(ended.of("aa")?.reason, "revoked");
});

Deno.test("of ten thousand CNAPTs those that went first are forgotten", () => {
  const ended = new EndedSessions();
  for (let n = 0; n < 10_000; n++) ended.add(String(n), ENDED);
  const known = Array.from({ length: 10_000 }, (_, n) => ended.of(String(n)))
    .filter((one) => one !== null);
  assertEquals([known.length, ended.of("0"), ended.of("9999")], [4_096, null, ENDED]);
});
