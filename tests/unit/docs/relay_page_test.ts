import { PARKED_TRANSITIONS } from "../../../lib/core/relay/parked_transitions.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("docs/relay.md has the table of parked connections as it is", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/relay.md", import.meta.url));
  const rows = [...page.matchAll(/^\| (asked|parked|joined) +\| (\w+) +\| (\w+) +\|/gm)]
    .map(([, ...row]) => row.join(" "));
  const { over: _, ...states } = PARKED_TRANSITIONS;
  assertEquals(
    rows,
    Object.entries(states).flatMap(([state, events]) =>
      Object.entries(events).map(([event, { next }]) => `${state} ${event} ${next}`)
    ),
  );
});
