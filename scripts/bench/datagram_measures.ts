import { Child } from "./child.ts";
import { alternate, type Effort } from "./loopback_measures.ts";
import { type Figure, figure, type Target } from "./figures.ts";
import { ownPair, type Relay, socatDatagramPair } from "./relays.ts";

const LOAD = new URL("./datagram_load.ts", import.meta.url).pathname;
const SECONDS = 3;
/** So many datagrams are under way: enough to keep all processes busy, too few to be dropped. */
const WINDOW = 32;
const PINGS = 5_000;
/** A DNS question, a packet of voice, and one that just fits everywhere. */
const SIZES = [64, 200, 1_200] as const;

/** Datagrams that go there and back, beside two socats. */
export async function datagrams(effort: Effort): Promise<Figure[]> {
  await using end = ends("echo", 0);
  const target = Number(await end.line());
  const starts = [
    ownPair("none", "any", "udp"),
    ownPair("tls", "any", "udp"),
    socatDatagramPair,
  ].map((start) => () => start(target));
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const rates = await alternate(starts, effort, async (relay: Relay) => {
      await using child = ends("window", relay.port, SECONDS, size, WINDOW);
      return JSON.parse(await child.line()).perSecond;
    });
    figures.push(
      ...rows(`datagrams of ${size} bytes`, "/s", rates, { kind: "atLeast", ratio: 1 }),
    );
  }
  const times = await alternate(starts, effort, async (relay: Relay) => {
    await using child = ends("pings", relay.port, PINGS, 200);
    return JSON.parse(await child.line()).medianUs;
  });
  return [...figures, ...rows("datagram there and back", "us", times, { kind: "none" })];
}

function rows(
  measure: string,
  unit: string,
  [none = null, tls = null, peer = null]: readonly (readonly number[] | null)[],
  target: Target,
): Figure[] {
  return [
    figure(`${measure}, none`, unit, none ?? [], "2 socats", peer, target),
    figure(`${measure}, tls`, unit, tls ?? [], "2 socats", peer, { kind: "none" }),
  ];
}

function ends(mode: string, ...args: readonly number[]): Child {
  const flags = ["run", "-q", "--no-config", "-A", "--unstable-net"];
  return new Child([Deno.execPath(), ...flags, LOAD, mode, ...args.map(String)], {
    stderr: "inherit",
  });
}
