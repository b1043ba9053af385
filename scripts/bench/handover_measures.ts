import { Lab } from "../../tests/lab/kit/lab.ts";
import { findProgram } from "../../tests/lab/kit/lab_mode.ts";
import { Pair } from "../../tests/lab/kit/pair.ts";
import { type Figure, figure, type Target } from "./figures.ts";
import {
  type CableEvent,
  type EchoTarget,
  gapDuring,
  happen,
  restore,
  setUpMptcp,
  setUpWireguard,
  startEcho,
  WIRES,
} from "./handover_lab.ts";

const ECHO_PORT = 7_300;
const MPTCP_PORT = 7_301;
const PLANNED_MS = 60;
const SILENT_NORMAL_MS = 1_000;

/** Another way to keep an echo going, measured beside ours. */
interface Peer {
  readonly name: string;
  readonly lab: Lab;
  readonly target: EchoTarget;
}

/** Ours: a pair with the session on eth0, and what to do so that it is there again. */
interface Ours {
  readonly lab: Lab;
  readonly pair: Pair;
  readonly target: EchoTarget;
}

/**
 * The longest gap in an echo of 64 bytes every 10 ms when its network changes: planned, unplugged,
 * and silent, beside MPTCP of this kernel with a backup subflow, wireguard-go, and plain TCP.
 */
export async function handover(runs: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  await using resources = new AsyncDisposableStack();
  const peers = await startPeers(resources);
  {
    await using lab = await Lab.create({ wires: WIRES });
    const ours = await startOurs(lab, "fast");
    figures.push(...await plannedGaps(ours, runs));
    figures.push(
      ...await gapsBeside(ours, "unplugged", "fast", peers, runs, {
        kind: "atMost",
        ratio: 0.5,
      }),
    );
    figures.push(
      ...await gapsBeside(ours, "silent", "fast", peers, runs, {
        kind: "atMost",
        ratio: 0.75,
      }),
    );
  }
  await using lab = await Lab.create({ wires: WIRES });
  const ours = await startOurs(lab, "normal");
  figures.push(...await gapsBeside(ours, "unplugged", "normal", [], runs, { kind: "none" }));
  const silent = { kind: "below", value: SILENT_NORMAL_MS } as const;
  figures.push(...await gapsBeside(ours, "silent", "normal", [], runs, silent));
  return figures;
}

async function startOurs(lab: Lab, sensitivity: "fast" | "normal"): Promise<Ours> {
  await startEcho(lab, "tcp", ECHO_PORT);
  const pair = await Pair.start(lab, {
    services: { echo: ECHO_PORT },
    cnaptYaml: `decision: { sensitivity: ${sensitivity} }\n`,
  });
  const { host, port } = pair.target("echo");
  const ours: Ours = { lab, pair, target: { protocol: "tcp", host, port } };
  await settle(ours);
  return ours;
}

/** The session is on eth0, and links are parked on wlan0, as they are after a few seconds. */
async function settle({ pair }: Ours): Promise<void> {
  if ((await pair.status()).provider !== "eth0") await pair.switchTo("eth0");
  await pair.waitUntilOn("eth0");
  await pair.run("cnapt", ["providers", "--probe"]);
}

async function startPeers(resources: AsyncDisposableStack): Promise<readonly Peer[]> {
  const peers: Peer[] = [];
  const lab = resources.use(await Lab.create({ wires: WIRES }));
  await startEcho(lab, "tcp", ECHO_PORT);
  const plain = { protocol: "tcp", host: lab.serverAddress, port: ECHO_PORT } as const;
  try {
    await startEcho(lab, "mptcp", MPTCP_PORT);
    await setUpMptcp(lab);
    const target = { protocol: "mptcp", host: lab.serverAddress, port: MPTCP_PORT } as const;
    peers.push({ name: "MPTCP, backup subflow", lab, target });
  } catch (error) {
    console.error(`NOT MEASURED: MPTCP: ${error instanceof Error ? error.message : error}`);
  }
  const programs = await Promise.all(["wireguard-go", "wg"].map(findProgram));
  if (programs.includes(null)) console.error("NOT MEASURED: WireGuard needs wireguard-go and wg");
  else {
    const tunnelled = resources.use(await Lab.create({ wires: WIRES }));
    const target = await setUpWireguard(tunnelled);
    peers.push({ name: "wireguard-go", lab: tunnelled, target });
  }
  return [...peers, { name: "plain TCP", lab, target: plain }];
}

async function plannedGaps(ours: Ours, runs: number): Promise<Figure[]> {
  const gaps: number[] = [];
  for (let run = 0; run < runs; run++) {
    gaps.push(
      await gapDuring(ours.lab, ours.target, async () => {
        await ours.pair.switchTo("wlan0");
      }),
    );
    await settle(ours);
  }
  const target = { kind: "below", value: PLANNED_MS } as const;
  return [figure("gap, planned overlapped switch", "ms", gaps, "", null, target)];
}

async function gapsBeside(
  ours: Ours,
  event: CableEvent,
  sensitivity: "fast" | "normal",
  peers: readonly Peer[],
  runs: number,
  target: Target,
): Promise<Figure[]> {
  const own: number[] = [];
  const theirs = new Map<Peer, number[]>(peers.map((peer) => [peer, []]));
  for (let run = 0; run < runs; run++) {
    own.push(await gapDuring(ours.lab, ours.target, () => happen(ours.lab, event)));
    await restore(ours.lab, event);
    await settle(ours);
    for (const [peer, gaps] of theirs) {
      gaps.push(await gapDuring(peer.lab, peer.target, () => happen(peer.lab, event)));
      await restore(peer.lab, event);
    }
  }
  console.error(`${event}, ${sensitivity}: ${own.map((gap) => gap.toFixed(0)).join(", ")}`);
  const measure = `gap, ${event}, ${sensitivity}`;
  if (peers.length === 0) return [figure(measure, "ms", own, "", null, target)];
  return peers.map((peer, index) =>
    figure(
      measure,
      "ms",
      own,
      peer.name,
      theirs.get(peer) ?? null,
      index === 0 ? target : { kind: "none" },
    )
  );
}
