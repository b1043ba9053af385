import { sessionCounts } from "../../../../lib/relay/server/session_counts.ts";
import { assertEquals } from "../../../assert.ts";

Deno.test("sessions without a network are counted apart while they are kept for one", () => {
  const absence = { since: new Date(), reason: "test" };
  const driver = (changes: object) => ({
    ...{ controlLink: { absence: null }, session: { keptUntil: Infinity }, flows: null },
    ...changes,
  });
  const drivers = [
    driver({ flows: { count: 4 } }),
    driver({ controlLink: { absence }, session: { keptUntil: 5 }, flows: { count: 3 } }),
    driver({ controlLink: { absence } }),
  ];
  assertEquals(sessionCounts(drivers), { connected: 2, away: 1, flows: 7 });
});
