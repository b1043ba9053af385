/**
 * `deno task demo`: the product at work on one machine, without root and without a network.
 *
 * A server sends a large file through SNAPT and CNAPT to a client. Two loopback addresses are the
 * two networks of the laptop. In the middle of the transfer the laptop moves to the other one as
 * planned; later the one in use falls silent without a word and it moves back suddenly. The file
 * must arrive whole. Exit status 0 only if it did and both switches happened. Whatever happens,
 * the programs are ended and their folder, which has keys in it, is removed.
 */
import { createHash } from "node:crypto";
import { Cables } from "./demo/cable.ts";
import { run, Running } from "./demo/program.ts";

const NETWORKS: Readonly<Record<string, string>> = { office: "127.0.0.2", mobile: "127.0.0.3" };
const FILE_BYTES = 192 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
/** The server sends so slowly that the switches fall into the transfer. */
const PIECES_PER_TICK = 4;
const TICK_MS = 25;
/** Ten times what it takes: a busy machine is no failure. */
const GIVE_UP_MS = 150_000;
/** CNAPT chooses by itself, perhaps at the very moment in which it is told to. */
const SWITCH_ATTEMPTS = 3;
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

interface Receipt {
  readonly kind: string;
  readonly outcome: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly totalMs: number;
  readonly stallMs: number;
  readonly replayedBytes: number;
}

const started = performance.now();
function say(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(2).padStart(6);
  console.log(`${seconds} s  ${text}`);
}

/** A file server of one file: sends it to whoever connects, slowly, and closes. */
function serveFile(content: Uint8Array): Deno.Listener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    for await (const conn of listener) void sendFile(conn, content).catch(() => {});
  })().catch(() => {});
  return listener;
}

async function sendFile(conn: Deno.Conn, content: Uint8Array): Promise<void> {
  for (let at = 0; at < content.length;) {
    const until = Math.min(content.length, at + PIECE_BYTES * PIECES_PER_TICK);
    while (at < until) {
      at += await conn.write(content.subarray(at, Math.min(until, at + PIECE_BYTES)));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  conn.close();
}

async function freePort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return await Promise.resolve(port);
}

async function status({ folder, signal }: Stage): Promise<{
  state: string;
  provider: string;
  switches: Receipt[];
}> {
  return JSON.parse(await run("cnapt", ["status", "--json"], { cwd: folder, signal }));
}

function describe(receipt: Receipt): string {
  return `receipt: ${receipt.kind} switch ${receipt.from} → ${receipt.to} (${receipt.reason}): ` +
    `${receipt.totalMs} ms in all, longest stall ${receipt.stallMs} ms, ` +
    `${receipt.replayedBytes} bytes sent twice`;
}

/** What the steps of the demo have in common. */
interface Stage {
  /** Where the programs have their files. */
  readonly folder: string;
  /** What has to be done at the end, last first. */
  readonly ends: (() => unknown)[];
  /** Aborted, with the reason, when nothing is to be begun any more. */
  readonly signal: AbortSignal;
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = (why: string) => stopping.abort(new Error(why));
  const giveUp = setTimeout(() => stop(`it took longer than ${GIVE_UP_MS / 1_000} s`), GIVE_UP_MS);
  for (const name of SIGNALS) Deno.addSignalListener(name, () => stop("it was interrupted"));
  const folder = await Deno.makeTempDir({ prefix: "cnapt-demo-" });
  const ends: (() => unknown)[] = [() => Deno.remove(folder, { recursive: true })];
  try {
    return await demonstrate({ folder, ends, signal });
  } catch (error) {
    console.error(`The demo cannot go on: ${textOf(signal.aborted ? signal.reason : error)}`);
    return 1;
  } finally {
    for (const end of ends.reverse()) await inAnyCase(end);
    clearTimeout(giveUp);
  }
}

/** What cannot be ended keeps nothing else from being ended. */
async function inAnyCase(end: () => unknown): Promise<void> {
  try {
    await end();
  } catch (error) {
    console.error(`The demo cannot clean up: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function demonstrate(stage: Stage): Promise<number> {
  const { folder, ends, signal } = stage;
  const at = { cwd: folder, signal };
  say("A file of 192 MiB is made up; its SHA-256 is what has to arrive.");
  const content = new Uint8Array(FILE_BYTES);
  for (let at = 0; at < content.length; at += 65_536) {
    crypto.getRandomValues(content.subarray(at, at + 65_536));
  }
  const wanted = createHash("sha256").update(content).digest("hex");
  const server = serveFile(content);
  ends.push(() => server.close());

  const [snaptPort, snaptStatus, cnaptStatus, localPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  const cables = new Cables(snaptPort);
  ends.push(() => cables.close());

  say("$ snapt init");
  await run("snapt", ["init"], at);
  await Deno.writeTextFile(
    `${folder}/snapt.yaml`,
    // Both networks lead by the cables; CNAPT would find the way past them.
    `name: demo\nlisten: "127.0.0.1:${snaptPort}"\nstatus: 127.0.0.1:${snaptStatus}\nplaces: off\n` +
      `services:\n  file: { to: 127.0.0.1:${(server.addr as Deno.NetAddr).port} }\n`,
  );
  say("$ snapt &");
  const quiet = () => {};
  const listening = Promise.withResolvers<void>();
  const snapt = new Running("snapt", [], folder, (line) => {
    if (line.includes(" listening ")) listening.resolve();
  });
  ends.push(() => snapt.stop());
  signal.addEventListener("abort", () => listening.reject(signal.reason), { once: true });
  await listening.promise;
  say("$ snapt invite laptop; cnapt join <code>");
  const code = await run(
    "snapt",
    ["invite", "laptop", "--address", `127.0.0.1:${cables.port}`],
    at,
  );
  await run("cnapt", ["join", code, "--service", `file=127.0.0.1:${localPort}`], at);
  const config = await Deno.readTextFile(`${folder}/cnapt.yaml`);
  await Deno.writeTextFile(
    `${folder}/cnapt.yaml`,
    `${config.replace(/^status:.*$/m, "")}\nstatus: 127.0.0.1:${cnaptStatus}\n` +
      `providers:\n${
        Object.entries(NETWORKS).map(([name, address]) =>
          `  - { name: ${name}, address: ${address} }\n`
        ).join("")
      }`,
  );

  say("$ cnapt &");
  const cnapt = new Running("cnapt", [], folder, quiet);
  ends.push(() => cnapt.stop());
  const first = await untilConnected(stage);
  say(`CNAPT is connected to SNAPT over "${first.provider}" (${NETWORKS[first.provider]}).`);

  say("A client downloads the file through CNAPT.");
  const download = receive(localPort, signal);
  await download.reached(FILE_BYTES / 4);
  say("A quarter has arrived.");
  say(describe(await switchAway(stage)));

  await download.reached(FILE_BYTES / 2);
  const { provider: silenced } = await status(stage);
  say(`Half has arrived. The network "${silenced}" falls silent without a word.`);
  const address = NETWORKS[silenced] ?? "";
  const carried = cables.bytes(address);
  cables.silence(address);
  const { hash, bytes } = await download.finished;
  const { afterSudden, sudden } = await untilLeft(stage, silenced);
  say(describe(sudden));

  say(`${bytes} bytes arrived, of them ${carried} over "${silenced}".`);
  say(`SHA-256 sent     ${wanted}`);
  say(`SHA-256 received ${hash}`);
  const isWhole = hash === wanted;
  const isSwitched = afterSudden.switches.length >= 2 && sudden.kind === "sudden" &&
    afterSudden.provider !== silenced && carried > 0;
  say(isWhole && isSwitched ? "The hashes are equal: nothing was lost." : "The demo FAILED.");
  return isWhole && isSwitched ? 0 : 1;
}

/** A planned switch to the network that is not in use; returns its receipt. */
async function switchAway(stage: Stage): Promise<Receipt> {
  const at = { cwd: stage.folder, signal: stage.signal };
  for (let attempt = 1;; attempt++) {
    const { provider } = await status(stage);
    const [to = ""] = Object.keys(NETWORKS).filter((name) => name !== provider);
    say(`Planned switch: $ cnapt switch ${to}`);
    try {
      await run("cnapt", ["switch", to, "--json"], at);
    } catch (error) {
      if (attempt === SWITCH_ATTEMPTS || stage.signal.aborted) throw error;
      continue;
    }
    const { switches } = await status(stage);
    const receipt = switches.findLast((one) => one.kind === "overlapped" && one.to === to);
    if (receipt !== undefined) return receipt;
    throw new Error(`Cannot find the receipt of the switch to ${to} among ${switches.length}`);
  }
}

async function untilConnected(stage: Stage) {
  for (;;) {
    stage.signal.throwIfAborted();
    try {
      const now = await status(stage);
      if (now.state === "connected") return now;
    } catch {
      // The status endpoint is not up yet; the demo's own limit bounds this loop.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** On a slow machine the old network may still bring the rest of the file before the loss is noticed. */
async function untilLeft(stage: Stage, silenced: string) {
  for (;;) {
    stage.signal.throwIfAborted();
    const afterSudden = await status(stage);
    const sudden = afterSudden.switches.findLast(({ from }) => from === silenced);
    if (sudden !== undefined) return { afterSudden, sudden };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Downloads from `port` until `signal`; `reached` resolves when that many bytes have come. */
function receive(port: number, signal: AbortSignal): {
  reached(bytes: number): Promise<void>;
  finished: Promise<{ hash: string; bytes: number }>;
} {
  let bytes = 0;
  const waiting: { at: number; done: () => void }[] = [];
  const finished = (async () => {
    const hash = createHash("sha256");
    using conn = await Deno.connect({ hostname: "127.0.0.1", port });
    signal.addEventListener("abort", () => conn[Symbol.dispose]());
    const buffer = new Uint8Array(PIECE_BYTES);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      signal.throwIfAborted();
      hash.update(buffer.subarray(0, count));
      bytes += count;
      for (const one of waiting) if (bytes >= one.at) one.done();
    }
    return { hash: hash.digest("hex"), bytes };
  })();
  finished.catch(() => {}); // told to whoever waits, perhaps later
  const reached = (at: number) =>
    new Promise<void>((done) => bytes >= at ? done() : waiting.push({ at, done }));
  return {
    finished,
    reached: (at) => Promise.race([reached(at), finished.then(() => {})]),
  };
}

Deno.exit(await main());
