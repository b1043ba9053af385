/**
 * `deno task bench handover`: how long a conversation stands still when its network changes. A
 * message of 64 bytes every 10 ms, echoed; the gap is the longest time between two arrivals. CNAPT
 * beside MPTCP with a backup subflow, a tunnel of wireguard-go and a plain connection, one after
 * the other in each round, so that all meet the same noise.
 */
import { Lab } from "../../tests/lab/kit/lab.ts";
import { type Contestant, gapOf, type HandoverCase } from "./contestant.ts";
import {
  mptcpContestant,
  ownContestant,
  startTcpEcho,
  tcpContestant,
  wireguardContestant,
} from "./contestants.ts";
import { type Figure, figure, type Target } from "./figures.ts";

/** Round trips of 20 and 60 ms. */
const WIRES = { a: { delayMs: 10, rateMbit: 100 }, b: { delayMs: 30, rateMbit: 30 } };
/** A plain connection breaks each time, and that takes a while: so often is enough. */
const TCP_RUNS = 3;

type Who = "normal" | "fast" | "mptcp" | "wireguard" | "tcp";
type Gaps = Readonly<Record<HandoverCase, readonly number[]>>;

const CASES: readonly HandoverCase[] = ["planned", "unplugged", "silent"];
const NONE: Target = { kind: "none" };

/** One line of the table for each of these. */
const ROWS: readonly {
  readonly event: HandoverCase;
  readonly own: "normal" | "fast";
  readonly alone: Target;
  readonly besideMptcp: Target;
}[] = [
  { event: "planned", own: "normal", alone: { kind: "below", value: 60 }, besideMptcp: NONE },
  { event: "unplugged", own: "normal", alone: NONE, besideMptcp: { kind: "atMost", ratio: 0.5 } },
  { event: "silent", own: "fast", alone: NONE, besideMptcp: { kind: "atMost", ratio: 0.75 } },
  { event: "silent", own: "normal", alone: { kind: "below", value: 1_000 }, besideMptcp: NONE },
];

const PEERS: readonly Who[] = ["mptcp", "wireguard", "tcp"];

export async function handover(runs: number): Promise<Figure[]> {
  await using resources = new AsyncDisposableStack();
  const makeLab = async () => resources.use(await Lab.create({ wires: WIRES }));
  const peers = await makeLab();
  await startTcpEcho(peers);
  const starts: Readonly<Record<Who, () => Promise<Contestant>>> = {
    normal: async () => ownContestant(await makeLab(), "normal"),
    fast: async () => ownContestant(await makeLab(), "fast"),
    mptcp: () => mptcpContestant(peers),
    wireguard: () => wireguardContestant(peers),
    tcp: () => Promise.resolve(tcpContestant(peers)),
  };
  const contestants = new Map<Who, Contestant>();
  const gaps = new Map<Who, Record<HandoverCase, number[]>>();
  for (const who of ["normal", "fast", "mptcp", "wireguard", "tcp"] as const) {
    const contestant = await starts[who]().catch(said);
    if (contestant === null) continue;
    contestants.set(who, contestant);
    gaps.set(who, { planned: [], unplugged: [], silent: [] });
  }
  for (let run = 0; run < runs; run++) {
    for (const event of CASES) {
      for (const [who, contestant] of contestants) {
        if (who === "tcp" && run >= TCP_RUNS || who === "fast" && event !== "silent") continue;
        const gap = await gapOf(contestant, event);
        console.error(`${run + 1} ${event} ${contestant.name}: ${gap.toFixed(1)} ms`);
        if (Number.isNaN(gap)) console.error("not counted: it began on the other network");
        else gaps.get(who)?.[event].push(gap);
      }
    }
  }
  const names = new Map([...contestants].map(([who, { name }]) => [who, name]));
  return figures(gaps, names);
}

function figures(
  gaps: ReadonlyMap<Who, Gaps>,
  names: ReadonlyMap<Who, string>,
): Figure[] {
  return ROWS.flatMap(({ event, own, alone, besideMptcp }) => {
    const measure = `gap, ${event}, ${own}`;
    const ours = gaps.get(own)?.[event] ?? [];
    const rows = PEERS.map((who) => {
      const theirs = gaps.get(who)?.[event] ?? null;
      const target = who === "mptcp" ? besideMptcp : NONE;
      return figure({ measure, unit: "ms" }, ours, { peer: names.get(who) ?? who, theirs }, target);
    });
    return alone.kind === "none"
      ? rows
      : [figure({ measure, unit: "ms" }, ours, { peer: "", theirs: null }, alone), ...rows];
  });
}

function said(error: unknown): null {
  console.error(`NOT MEASURED: ${error instanceof Error ? error.message : error}`);
  return null;
}
