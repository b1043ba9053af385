/**
 * `deno task bench relay`: by a relay of one's own, beside three HAProxys in a row of which the one
 * in the middle reads a name, as the relay does.
 */
import { loadIdentity, RELAY_INIT } from "../../lib/config/identity.ts";
import { ClientsStore } from "../../lib/config/clients_store.ts";
import { relayFiles } from "../../lib/config/relay_files.ts";
import { Child, freePort, load, measure, relayLoad, untilListening } from "./child.ts";
import { type Figure, figure, type Target } from "./figures.ts";
import { alternate, type Effort } from "./loopback_measures.ts";
import { binary, type Relay, run } from "./relays.ts";
import type { ParkedSnapts } from "./relay_load.ts";
import { haproxyRow, RelayedPair } from "./relayed_pair.ts";

const PEER = "3 HAProxys";
const PARKED = 5_000;
/** As many as one SNAPT may have parked. */
const PARKED_EACH = 64;
const PARKED_WITHIN_MB = 200;
const STRANGERS_PER_SECOND = 2_000;
const PACE_SECONDS = 6;
/** For what was opened to be collected. */
const SETTLE_MS = 5_000;

/** One stream, both directions. */
export async function relayedThroughput(effort: Effort): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const direction of ["up", "down"] as const) {
    await using end = direction === "up" ? load("sink", 0) : load("source-server", 0, effort.bytes);
    const target = Number(await end.line());
    const mode = direction === "up" ? "send" : "fetch";
    const [ours, theirs] = await beside(target, effort, async (relay) => {
      const { seconds = NaN } = await measure(mode, relay.port, effort.bytes);
      return effort.bytes / seconds / 1e6;
    });
    figures.push(
      figure(
        { measure: `by a relay, one stream ${direction}`, unit: "MB/s" },
        ours ?? [],
        { peer: PEER, theirs: theirs ?? null },
        { kind: "atLeast", ratio: 1 },
      ),
    );
  }
  return figures;
}

/** 64 bytes there and back. */
export async function relayedRoundTrips(effort: Effort): Promise<Figure[]> {
  await using echo = load("echo", 0);
  const target = Number(await echo.line());
  const [ours, theirs] = await beside(
    target,
    effort,
    (relay) => measure("rtt", relay.port, effort.roundTrips),
  );
  const of = (runs: typeof ours, share: "p50" | "p99") => runs?.map((one) => one[share] ?? NaN);
  return (["p50", "p99"] as const).map((share) =>
    figure(
      { measure: `by a relay, 64-byte round trip ${share}`, unit: "µs" },
      of(ours ?? null, share) ?? [],
      { peer: PEER, theirs: of(theirs ?? null, share) ?? null },
      { kind: "atMost", ratio: 1 },
    )
  );
}

function beside<T>(
  target: number,
  effort: Effort,
  once: (relay: Relay) => Promise<T>,
): Promise<(T[] | null)[]> {
  return alternate([() => RelayedPair.start(target), () => haproxyRow(target)], effort, once);
}

/** What the relay itself takes with 5,000 connections parked, and with as many joined besides. */
export async function relayMemory(): Promise<Figure[]> {
  const folder = await Deno.makeTempDir({ prefix: "cnapt-bench-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const port = freePort();
  await Deno.writeTextFile(
    `${folder}/relay.yaml`,
    `listen: 127.0.0.1:${port}\nlimits: { parked: ${PARKED_EACH} }\n`,
  );
  const parked = await invited(folder, Math.ceil(PARKED / PARKED_EACH));
  await Deno.writeTextFile(`${folder}/parked.json`, JSON.stringify(parked));
  const argv = [binary("snapt"), "relay", "--config", "relay.yaml"];
  const relay = stack.use(new Child(argv, { cwd: folder }));
  await untilListening(port);
  const megabytes = async () => {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    return await relay.residentKilobytes() / 1_024;
  };
  const before = await megabytes();
  const snapts = stack.use(relayLoad("park", port, `${folder}/parked.json`, PARKED));
  await snapts.line();
  const withParked = await megabytes();
  await snapts.write("join\n");
  await snapts.line();
  const withJoined = await megabytes();
  const row = (measure: string, value: number, limit: number | null) =>
    figure({ measure, unit: "MB" }, [value], { peer: "", theirs: null }, {
      ...limit === null ? { kind: "none" } : { kind: "below", value: limit },
    });
  return [
    row("relay without anybody", before, null),
    row(`relay, ${PARKED} parked`, withParked, PARKED_WITHIN_MB),
    row(`relay, ${PARKED} parked and ${PARKED} joined`, withJoined, null),
  ];
}

/** Writes the files of a relay that has invited so many, without asking each to redeem a code. */
async function invited(folder: string, count: number): Promise<ParkedSnapts> {
  await run(folder, "snapt", ["relay", "init", "--config", "relay.yaml"]);
  const { certificatePem, privateKeyPem } = await loadIdentity(
    relayFiles(folder).identity,
    RELAY_INIT,
  );
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)).toHex();
  const clients = Array.from({ length: count }, (_, at) => ({
    name: `home${at}`,
    idHex: random(16),
    keyHex: random(32),
    services: "all" as const,
    createdAt: new Date().toISOString(),
    revokedAt: null,
  }));
  const store = new ClientsStore(relayFiles(folder).snapts);
  for (const client of clients) await store.add(client);
  return { certificatePem, privateKeyPem, snapts: clients };
}

/** How an echo through the relay takes it that strangers knock there all the time. */
export async function strangersAtRelay({ runs }: Effort): Promise<Figure[]> {
  await using echo = load("echo", 0);
  await using pair = await RelayedPair.start(Number(await echo.line()));
  await using shut = relayLoad("shut");
  const elsewhere = Number(await shut.line());
  const p99 = { quiet: [] as number[], elsewhere: [] as number[], here: [] as number[] };
  const knocked: number[] = [];
  const paced = async () => {
    await using client = relayLoad("pace", pair.port, PACE_SECONDS);
    return Number(JSON.parse(await client.line()).p99);
  };
  const knocking = async (port: number) => {
    await using strangers = relayLoad("knock", port, STRANGERS_PER_SECOND, PACE_SECONDS + 1);
    const took = await paced();
    return { took, perSecond: Number(JSON.parse(await strangers.line()).perSecond) };
  };
  for (let run = 0; run < runs; run++) {
    p99.quiet.push(await paced());
    p99.elsewhere.push((await knocking(elsewhere)).took);
    const { took, perSecond } = await knocking(pair.relayPort);
    p99.here.push(took);
    knocked.push(perSecond);
  }
  const measure = `echo p99 by a relay, ${STRANGERS_PER_SECOND} strangers a second`;
  const row = (peer: string, theirs: readonly number[], target: Target) =>
    figure({ measure, unit: "µs" }, p99.here, { peer, theirs }, target);
  return [
    row("nobody knocks", p99.quiet, { kind: "atMost", ratio: 2 }),
    row("they knock elsewhere", p99.elsewhere, { kind: "none" }),
    figure({ measure: "strangers turned away", unit: "/s" }, knocked, {
      peer: "",
      theirs: null,
    }, { kind: "none" }),
  ];
}
