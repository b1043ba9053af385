import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import { alternate, type Effort } from "./loopback_measures.ts";
import { type Figure, figure, type Target } from "./figures.ts";
import { ownPair, type Relay, socatDatagramPair } from "./relays.ts";
import { wireguardPair } from "./wireguard.ts";

const LOAD = fileURLToPath(new URL("./datagram_load.ts", import.meta.url));
const SECONDS = 3;
/** So many datagrams are under way: enough to keep all processes busy, too few to be dropped. */
const WINDOW = 32;
const PINGS = 5_000;
/** A DNS question, a packet of voice, and one that just fits everywhere. */
const SIZES = [64, 200, 1_200] as const;
const SOCAT = "2 socats";
const WIREGUARD = "2 wireguard-gos";

/** Datagrams that go there and back, beside two socats and a tunnel of WireGuard in user space. */
export async function datagrams(effort: Effort): Promise<Figure[]> {
  await using end = ends(null, "echo", 0);
  const target = Number(await end.line());
  const starts = [
    ...[ownPair("none", "any", "udp"), ownPair("tls", "any", "udp"), socatDatagramPair]
      .map((start) => () => start(target)),
    () => wireguardPair((enter, host) => ends({ host, enter }, "echo", 0)),
  ];
  const figures: Figure[] = [];
  for (const size of SIZES) {
    const rates = await alternate(starts, effort, async (relay: Relay) => {
      await using child = ends(relay.place ?? null, "window", relay.port, SECONDS, size, WINDOW);
      return JSON.parse(await child.line()).perSecond;
    });
    figures.push(
      ...rows(`datagrams of ${size} bytes`, "/s", rates, {
        socat: { kind: "atLeast", ratio: 1 },
        wireguard: { kind: "atLeast", ratio: 0.5 },
      }),
    );
  }
  const times = await alternate(starts, effort, async (relay: Relay) => {
    await using child = ends(relay.place ?? null, "pings", relay.port, PINGS, 200);
    return JSON.parse(await child.line()).medianUs;
  });
  const none: Target = { kind: "none" };
  return [
    ...figures,
    ...rows("datagram there and back", "us", times, { socat: none, wireguard: none }),
  ];
}

function rows(
  measure: string,
  unit: string,
  [none = null, tls = null, socat = null, wireguard = null]: readonly (readonly number[] | null)[],
  targets: { readonly socat: Target; readonly wireguard: Target },
): Figure[] {
  return [
    figure(
      { measure: `${measure}, none`, unit },
      none ?? [],
      { peer: SOCAT, theirs: socat },
      targets.socat,
    ),
    figure({ measure: `${measure}, tls`, unit }, tls ?? [], { peer: SOCAT, theirs: socat }, {
      kind: "none",
    }),
    figure(
      { measure: `${measure}, tls`, unit },
      tls ?? [],
      { peer: WIREGUARD, theirs: wireguard },
      targets.wireguard,
    ),
  ];
}

/** One of the ends in datagram_load.ts, on loopback if there is no `place`. */
function ends(place: Relay["place"] | null, mode: string, ...args: readonly number[]): Child {
  const flags = ["run", "-q", "--no-config", "-A", "--unstable-net"];
  const where = place === null || place === undefined ? [] : ["--host", place.host];
  const program = [Deno.execPath(), ...flags, LOAD, mode, ...args.map(String), ...where];
  return new Child([...place?.enter ?? [], ...program], { stderr: "inherit" });
}
