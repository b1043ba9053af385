import { load, measure } from "./child.ts";
import { type Figure, figure, type Target } from "./figures.ts";
import {
  bareDenoPair,
  haproxyPair,
  OwnPair,
  ownPair,
  type Relay,
  socatPair,
  sshForward,
  type StartRelay,
  stunnelPair,
} from "./relays.ts";

/** How much is measured. */
export interface Effort {
  readonly runs: number;
  readonly bytes: number;
  readonly roundTrips: number;
  readonly connections: number;
}

interface Peer {
  readonly name: string;
  readonly start: StartRelay;
  readonly target: Target;
}

const THROUGHPUT_NONE: readonly Peer[] = [
  { name: "2 HAProxys", start: haproxyPair, target: { kind: "atLeast", ratio: 1.3 } },
  { name: "2 socats", start: socatPair, target: { kind: "atLeast", ratio: 1 } },
  { name: "2 bare Deno relays", start: bareDenoPair, target: { kind: "none" } },
];
const THROUGHPUT_TLS: readonly Peer[] = [
  { name: "2 stunnels", start: stunnelPair, target: { kind: "atLeast", ratio: 1.3 } },
  { name: "ssh -L", start: sshForward, target: { kind: "atLeast", ratio: 1.5 } },
];

/** One stream, both directions, beside all peers; alternating, so that each meets the same noise. */
export async function throughput(security: "tls" | "none", effort: Effort): Promise<Figure[]> {
  const peers = security === "none" ? THROUGHPUT_NONE : THROUGHPUT_TLS;
  const figures: Figure[] = [];
  for (const direction of ["up", "down"] as const) {
    await using end = direction === "up" ? load("sink", 0) : load("source-server", 0, effort.bytes);
    const target = Number(await end.line());
    const mode = direction === "up" ? "send" : "fetch";
    const once = async (relay: Relay) => {
      const { seconds = NaN } = await measure(mode, relay.port, effort.bytes);
      return effort.bytes / seconds / 1e6;
    };
    const own: { name: string; start: StartRelay }[] = [
      { name: "", start: ownPair(security) },
      { name: " by device", start: ownPair(security, "device") },
    ];
    const all = [...own, ...peers];
    const results = await alternate(all.map(({ start }) => () => start(target)), effort, once);
    own.forEach(({ name }, index) => {
      const label = `one stream ${security} ${direction}${name}`;
      peers.forEach((peer, at) => {
        const theirs = results[own.length + at] ?? null;
        figures.push(
          figure({ measure: label, unit: "MB/s" }, results[index] ?? [], {
            peer: peer.name,
            theirs,
          }, peer.target),
        );
      });
    });
  }
  return figures;
}

const ROUND_TRIP_NONE: readonly Peer[] = [
  { name: "2 HAProxys", start: haproxyPair, target: { kind: "atMost", ratio: 1.1 } },
  { name: "2 bare Deno relays", start: bareDenoPair, target: { kind: "none" } },
];
const ROUND_TRIP_TLS: readonly Peer[] = [
  { name: "2 stunnels", start: stunnelPair, target: { kind: "atMost", ratio: 1 } },
];

/** 64 bytes there and back. */
export async function roundTrips(security: "tls" | "none", effort: Effort): Promise<Figure[]> {
  const peers = security === "none" ? ROUND_TRIP_NONE : ROUND_TRIP_TLS;
  await using echo = load("echo", 0);
  const target = Number(await echo.line());
  const starts = [ownPair(security), ...peers.map(({ start }) => start)];
  const results = await alternate(
    starts.map((start) => () => start(target)),
    effort,
    (relay) => measure("rtt", relay.port, effort.roundTrips),
  );
  const [ours, ...theirs] = results.map((runs) => ({
    p50: runs?.map((run) => run.p50 ?? NaN) ?? null,
    p99: runs?.map((run) => run.p99 ?? NaN) ?? null,
  }));
  return (["p50", "p99"] as const).flatMap((share) =>
    peers.map(({ name, target }, at) =>
      figure(
        { measure: `64-byte round trip ${security} ${share}`, unit: "µs" },
        ours?.[share] ?? [],
        { peer: name, theirs: theirs[at]?.[share] ?? null },
        target,
      )
    )
  );
}

const RATE_NONE: readonly Peer[] = [
  { name: "2 HAProxys", start: haproxyPair, target: { kind: "atLeast", ratio: 0.5 } },
  { name: "2 bare Deno relays", start: bareDenoPair, target: { kind: "none" } },
];
const RATE_TLS: readonly Peer[] = [
  { name: "2 stunnels", start: stunnelPair, target: { kind: "atLeast", ratio: 10 } },
];

/** Connections that come, say one thing, hear it again and go. */
export async function connectionRate(security: "tls" | "none", effort: Effort): Promise<Figure[]> {
  const peers = security === "none" ? RATE_NONE : RATE_TLS;
  await using echo = load("echo", 0);
  const target = Number(await echo.line());
  const starts = [ownPair(security), ...peers.map(({ start }) => start)];
  const [ours, ...theirs] = await alternate(
    starts.map((start) => () => start(target)),
    effort,
    async (relay) => (await measure("rate", relay.port, effort.connections)).perSecond ?? NaN,
  );
  return peers.map(({ name, target }, at) =>
    figure(
      { measure: `new connections ${security}`, unit: "/s" },
      ours ?? [],
      { peer: name, theirs: theirs[at] ?? null },
      target,
    )
  );
}

/** Memory of each process without streams, and what an idle stream adds. */
export async function idleMemory(): Promise<Figure[]> {
  const count = 1_000;
  await using echo = load("echo", 0);
  await using pair = await OwnPair.start("none", Number(await echo.line()), "any");
  const before = await memoryOf(pair);
  await using idle = load("idle", pair.port, count);
  await idle.line();
  // The garbage of opening them is collected in idle time, of which there is some now.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const after = await memoryOf(pair);
  return (["cnapt", "snapt"] as const).flatMap((program) => [
    figure({ measure: `${program} without streams`, unit: "MB" }, [before[program] / 1024], {
      peer: "",
      theirs: null,
    }, {
      kind: "below",
      value: 80,
    }),
    figure(
      { measure: `${program}, an idle stream`, unit: "kB" },
      [(after[program] - before[program]) / count],
      { peer: "", theirs: null },
      {
        kind: "below",
        value: 40,
      },
    ),
  ]);
}

async function memoryOf(pair: OwnPair): Promise<{ cnapt: number; snapt: number }> {
  return {
    cnapt: await pair.cnapt.residentKilobytes(),
    snapt: await pair.snapt.residentKilobytes(),
  };
}

/** Starts all relays, measures one after the other, and again; null for those not installed. */
export async function alternate<T>(
  starts: readonly (() => Promise<Relay | null>)[],
  effort: Effort,
  once: (relay: Relay) => Promise<T>,
): Promise<(T[] | null)[]> {
  await using stack = new AsyncDisposableStack();
  const relays: (Relay | null)[] = [];
  for (const start of starts) {
    const relay = await start();
    if (relay !== null) stack.use(relay);
    relays.push(relay);
  }
  const results: (T[] | null)[] = relays.map((relay) => relay === null ? null : []);
  for (let run = 0; run < effort.runs; run++) {
    for (const [index, relay] of relays.entries()) {
      if (relay !== null) results[index]?.push(await once(relay));
    }
  }
  return results;
}
