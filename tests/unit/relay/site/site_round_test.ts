import { SiteRound } from "../../../../lib/relay/site/site_round.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const PATIENCE_MS = 5_000;

interface Watched {
  readonly round: SiteRound;
  readonly events: string[];
  readonly clock: VirtualClock;
  arrive(site: string, point: "drained" | "left"): void;
}

function watched(sites: readonly string[]): Watched {
  const events: string[] = [];
  const clock = new VirtualClock();
  const round = new SiteRound({
    sites,
    patienceMs: PATIENCE_MS,
    clock,
    late: (site, point) => events.push(`${site} is late at ${point}`),
  });
  return {
    round,
    events,
    clock,
    arrive: (site, point) =>
      round.partOf(site).arrive(point, () => events.push(`${site} passes ${point}`)),
  };
}

Deno.test("a round lets its sites pass when the last one arrives", () => {
  const { round, events, arrive } = watched(["a", "b"]);
  arrive("a", "drained");
  assertEquals(events, []);
  arrive("b", "drained");
  assertEquals(events, ["a passes drained", "b passes drained"]);
  round.end();
});

Deno.test("a round leaves a site behind that does not arrive, and tells so once", async () => {
  const { round, events, arrive, clock } = watched(["a", "b", "c"]);
  arrive("a", "drained");
  arrive("b", "drained");
  await clock.advance(PATIENCE_MS);
  assertEquals(events, ["c is late at drained", "a passes drained", "b passes drained"]);
  arrive("b", "left");
  arrive("c", "drained");
  arrive("a", "left");
  assertEquals(events.slice(3), ["c passes drained", "b passes left", "a passes left"]);
  round.end();
});

Deno.test("a site that goes on alone is late when its switch does not end", async () => {
  const { round, events, arrive, clock } = watched(["a", "b"]);
  round.partOf("b").leave();
  arrive("a", "drained");
  assertEquals(events, ["a passes drained"]);
  await clock.advance(PATIENCE_MS);
  assertEquals(events.slice(1), ["b is late at null"]);
  round.end();
});

Deno.test("a site that goes on alone and ends is not late", async () => {
  const { round, events, clock } = watched(["a", "b"]);
  round.partOf("b").leave();
  round.settled("b");
  await clock.advance(2 * PATIENCE_MS);
  assertEquals([events, clock.pending], [[], 0]);
});

Deno.test("a round that ends lets everybody go on who waits, and keeps no timer", () => {
  const { round, events, arrive, clock } = watched(["a", "b", "c"]);
  arrive("a", "left");
  round.partOf("b").leave();
  round.end();
  assertEquals([events, clock.pending], [["a passes left"], 0]);
});
