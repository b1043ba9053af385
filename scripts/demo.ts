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
  : ["SIGINT", "SIGTERM"];

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

async function status(cnapt: readonly string[], folder: string): Promise<{
  state: string;
  provider: string;
  switches: Receipt[];
}> {
  return JSON.parse(await run("cnapt", ["status", "--json", ...cnapt], folder));
}

function describe(receipt: Receipt): string {
  return `receipt: ${receipt.kind} switch ${receipt.from} → ${receipt.to} (${receipt.reason}): ` +
    `${receipt.totalMs} ms in all, longest stall ${receipt.stallMs} ms, ` +
    `${receipt.replayedBytes} bytes sent twice`;
}

async function main(): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "cnapt-demo-" });
  const ends: (() => unknown)[] = [];
  const stopped = Promise.withResolvers<never>();
  const giveUp = setTimeout(
    () => stopped.reject(new Error(`it took longer than ${GIVE_UP_MS / 1_000} s`)),
    GIVE_UP_MS,
  );
  const interrupted = () => stopped.reject(new Error("it was interrupted"));
  for (const signal of SIGNALS) Deno.addSignalListener(signal, interrupted);
  try {
    return await Promise.race([demonstrate(folder, ends), stopped.promise]);
  } catch (error) {
    console.error(`The demo cannot go on: ${error instanceof Error ? error.message : error}`);
    return 1;
  } finally {
    for (const end of ends.reverse()) await end();
    await Deno.remove(folder, { recursive: true });
    clearTimeout(giveUp);
  }
}

async function demonstrate(folder: string, ends: (() => unknown)[]): Promise<number> {
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

  say("$ snapt init; snapt invite laptop; cnapt join <ticket>");
  await run("snapt", ["init"], folder);
  await Deno.writeTextFile(
    `${folder}/snapt.yaml`,
    `name: demo\nlisten: "127.0.0.1:${snaptPort}"\nstatus: 127.0.0.1:${snaptStatus}\n` +
      `services:\n  file: { to: 127.0.0.1:${(server.addr as Deno.NetAddr).port} }\n`,
  );
  const ticket = await run(
    "snapt",
    ["invite", "laptop", "--address", `127.0.0.1:${cables.port}`],
    folder,
  );
  await run("cnapt", ["join", ticket, "--service", `file=127.0.0.1:${localPort}`], folder);
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

  say("$ snapt &  cnapt &");
  const quiet = () => {};
  const snapt = new Running("snapt", [], folder, quiet);
  ends.push(() => snapt.stop());
  const cnapt = new Running("cnapt", [], folder, quiet);
  ends.push(() => cnapt.stop());
  const first = await untilConnected(folder);
  say(`CNAPT is connected to SNAPT over "${first.provider}" (${NETWORKS[first.provider]}).`);

  say("A client downloads the file through CNAPT.");
  const download = receive(localPort);
  await download.reached(FILE_BYTES / 4);
  say("A quarter has arrived.");
  say(describe(await switchAway(folder)));

  await download.reached(FILE_BYTES / 2);
  const { provider: silenced } = await status([], folder);
  say(`Half has arrived. The network "${silenced}" falls silent without a word.`);
  const address = NETWORKS[silenced] ?? "";
  const carried = cables.bytes(address);
  cables.silence(address);
  const { hash, bytes } = await download.finished;
  const afterSudden = await status([], folder);
  const sudden = afterSudden.switches.findLast(({ from }) => from === silenced);
  if (sudden !== undefined) say(describe(sudden));

  say(`${bytes} bytes arrived, of them ${carried} over "${silenced}".`);
  say(`SHA-256 sent     ${wanted}`);
  say(`SHA-256 received ${hash}`);
  const isWhole = hash === wanted;
  const isSwitched = afterSudden.switches.length >= 2 && sudden?.kind === "sudden" &&
    afterSudden.provider !== silenced && carried > 0;
  say(isWhole && isSwitched ? "The hashes are equal: nothing was lost." : "The demo FAILED.");
  return isWhole && isSwitched ? 0 : 1;
}

/** A planned switch to the network that is not in use; returns its receipt. */
async function switchAway(folder: string): Promise<Receipt> {
  for (let attempt = 1;; attempt++) {
    const { provider } = await status([], folder);
    const [to = ""] = Object.keys(NETWORKS).filter((name) => name !== provider);
    say(`Planned switch: $ cnapt switch ${to}`);
    try {
      await run("cnapt", ["switch", to, "--json"], folder);
    } catch (error) {
      if (attempt === SWITCH_ATTEMPTS) throw error;
      continue;
    }
    const { switches } = await status([], folder);
    const receipt = switches.findLast((one) => one.kind === "overlapped" && one.to === to);
    if (receipt !== undefined) return receipt;
    throw new Error(`Cannot find the receipt of the switch to ${to} among ${switches.length}`);
  }
}

async function untilConnected(folder: string) {
  for (;;) {
    try {
      const now = await status([], folder);
      if (now.state === "connected") return now;
    } catch {
      // The status endpoint is not up yet; the demo's own limit bounds this loop.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Downloads from `port`; `reached` resolves when that many bytes have come. */
function receive(port: number): {
  reached(bytes: number): Promise<void>;
  finished: Promise<{ hash: string; bytes: number }>;
} {
  let bytes = 0;
  const waiting: { at: number; done: () => void }[] = [];
  const finished = (async () => {
    const hash = createHash("sha256");
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    const buffer = new Uint8Array(PIECE_BYTES);
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      hash.update(buffer.subarray(0, count));
      bytes += count;
      for (const one of waiting) if (bytes >= one.at) one.done();
    }
    conn.close();
    return { hash: hash.digest("hex"), bytes };
  })();
  return {
    finished,
    reached: (at) => new Promise((done) => bytes >= at ? done() : waiting.push({ at, done })),
  };
}

Deno.exit(await main());
