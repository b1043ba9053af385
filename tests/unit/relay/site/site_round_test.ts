import { SiteRound } from "../../../../lib/relay/site/site_round.ts";
import { assertEquals } from "../../../assert.ts";

/** Long enough never to pass in these tests. */
const LONG_MS = 60_000;
/** Short enough to be waited for. */
const SHORT_MS = 5;

interface Watched {
  readonly round: SiteRound;
  readonly events: string[];
  /** Resolves when so many things have happened. */
  until(count: number): Promise<void>;
  arrive(site: string, point: "drained" | "left"): void;
}

function watched(sites: readonly string[], patienceMs: number): Watched {
  const events: string[] = [];
  let wake = () => {};
  const note = (event: string) => {
    events.push(event);
    wake();
  };
  const round = new SiteRound(
    sites,
    patienceMs,
    (site, point) => note(`${site} is late at ${point}`),
  );
  return {
    round,
    events,
    until: async (count) => {
      while (events.length < count) await new Promise<void>((resolve) => wake = resolve);
    },
    arrive: (site, point) =>
      round.partOf(site).arrive(point, () => note(`${site} passes ${point}`)),
  };
}

Deno.test("a round lets its sites pass when the last one arrives", () => {
  const { round, events, arrive } = watched(["a", "b"], LONG_MS);
  arrive("a", "drained");
  assertEquals(events, []);
  arrive("b", "drained");
  assertEquals(events, ["a passes drained", "b passes drained"]);
  round.end();
});

Deno.test("a round leaves a site behind that does not arrive, and tells so once", async () => {
  const { round, events, arrive, until } = watched(["a", "b", "c"], SHORT_MS);
  arrive("a", "drained");
  arrive("b", "drained");
  await until(3);
  assertEquals(events, ["c is late at drained", "a passes drained", "b passes drained"]);
  arrive("b", "left");
  arrive("c", "drained");
  arrive("a", "left");
  assertEquals(events.slice(3), ["c passes drained", "b passes left", "a passes left"]);
  round.end();
});

Deno.test("a site that goes on alone is late when its switch does not end", async () => {
  const { round, events, arrive, until } = watched(["a", "b"], SHORT_MS);
  round.partOf("b").leave();
  arrive("a", "drained");
  assertEquals(events, ["a passes drained"]);
  await until(2);
  assertEquals(events.slice(1), ["b is late at null"]);
  round.end();
});

Deno.test("a site that goes on alone and ends is not late", () => {
  const { round, events } = watched(["a", "b"], LONG_MS);
  round.partOf("b").leave();
  // The timer would be reported as leaked, were it still there.
  round.settled("b");
  assertEquals(events, []);
});

Deno.test("a round that ends lets everybody go on who waits, and keeps no timer", () => {
  const { round, events, arrive } = watched(["a", "b", "c"], LONG_MS);
  arrive("a", "left");
  round.partOf("b").leave();
  round.end();
  assertEquals(events, ["a passes left"]);
});
