/**
 * What the bench of the relay needs besides load.ts: `deno run relay_load.ts MODE ARGUMENTS`.
 *
 *     park PORT FILE COUNT     is the SNAPTs whose keys are in FILE (see `ParkedSnapts`); prints
 *                              `parked` when COUNT connections are. A line on its input has as many
 *                              callers come; prints `joined` when all of them are
 *     knock PORT RATE SECONDS  RATE strangers a second ask for a name that leads nowhere; prints how
 *                              many were turned away
 *     pace PORT SECONDS        64 bytes there and back every 5 ms; prints p50 and p99 in µs
 *     shut                     listens, reads something and ends each connection; prints its port
 */
import { relayName, relayServerName } from "../../lib/core/relay/relay_name.ts";
import { ThroughRelay } from "../../lib/relay/own_relay/through_relay.ts";
import { PAIRING_HASHES } from "../../lib/relay/pairing/pairing_hashes.ts";
import type { RelayLog } from "../../lib/relay/run/relay_log.ts";
import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../lib/relay/run/task_group.ts";
import { helloMessage, records, serverName } from "../../tests/unit/core/relay/kit/client_hello.ts";

/** The SNAPTs that a relay has invited, and its certificate. */
export interface ParkedSnapts {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly snapts: readonly { readonly idHex: string; readonly keyHex: string }[];
}

const HOST = "127.0.0.1";
const LOOK_MS = 50;
const PACE_MS = 5;
const KNOCK_MS = 10;
const MESSAGE_BYTES = 64;
/** Callers that come at the same time. */
const AT_ONCE = 25;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function park(port: number, file: string, count: number): Promise<void> {
  const { certificatePem, privateKeyPem, snapts }: ParkedSnapts = JSON.parse(
    await Deno.readTextFile(file),
  );
  const quiet = () => {};
  const log: RelayLog = { debug: quiet, info: quiet, warn: quiet, error: quiet, with: () => log };
  const tasks = TaskGroup.root(SYSTEM_CLOCK, log);
  const joined: unknown[] = [];
  const all = snapts.map(({ idHex, keyHex }) => {
    const through = new ThroughRelay({
      name: idHex,
      host: HOST,
      port,
      certificatePem,
      credentials: { id: Uint8Array.fromHex(idHex), key: Uint8Array.fromHex(keyHex) },
      identity: { cert: certificatePem, key: privateKeyPem },
      tasks,
      log,
    });
    through.start();
    void (async () => {
      for (;;) {
        const conn = await through.listener.accept();
        joined.push(conn);
        conn?.handshake?.().catch(quiet);
      }
    })();
    return through;
  });
  while (all.reduce((sum, { parked }) => sum + parked, 0) < count) await pause(LOOK_MS);
  console.log("parked");
  await Deno.stdin.read(new Uint8Array(16));
  const names = snapts.map(({ keyHex }) =>
    relayServerName(relayName("route", Uint8Array.fromHex(keyHex), PAIRING_HASHES))
  );
  const callers: Deno.TlsConn[] = [];
  const call = async (at: number) => {
    const conn = await Deno.connect({ hostname: HOST, port });
    const secured = await Deno.startTls(conn, {
      hostname: names[at % names.length],
      caCerts: [certificatePem],
      unsafelyDisableHostnameVerification: true,
    });
    await secured.handshake();
    return secured;
  };
  while (callers.length < count) {
    const some = Array.from({ length: AT_ONCE }, (_, at) => call(callers.length + at));
    callers.push(...await Promise.all(some));
  }
  console.log("joined");
  await Deno.stdin.read(new Uint8Array(16));
}

async function knock(port: number, rate: number, seconds: number): Promise<void> {
  const hello = records(helloMessage(serverName(relayServerName("tt7twyhssstrtvvt"))));
  const end = performance.now() + seconds * 1_000;
  const began = performance.now();
  let begun = 0;
  let turnedAway = 0;
  const one = async () => {
    using conn = await Deno.connect({ hostname: HOST, port });
    await conn.write(hello);
    await conn.read(new Uint8Array(64));
    turnedAway += 1;
  };
  while (performance.now() < end) {
    const due = Math.floor((performance.now() - began) / 1_000 * rate);
    for (; begun < due; begun++) one().catch(() => {});
    await pause(KNOCK_MS);
  }
  console.log(JSON.stringify({ turnedAway, perSecond: turnedAway / seconds }));
}

async function pace(port: number, seconds: number): Promise<void> {
  const conn = await Deno.connect({ hostname: HOST, port });
  conn.setNoDelay(true);
  const message = new Uint8Array(MESSAGE_BYTES);
  const end = performance.now() + seconds * 1_000;
  const times: number[] = [];
  while (performance.now() < end) {
    const start = performance.now();
    await conn.write(message);
    for (let got = 0; got < MESSAGE_BYTES;) got += await conn.read(message) ?? MESSAGE_BYTES;
    times.push((performance.now() - start) * 1_000);
    await pause(PACE_MS);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? NaN;
  console.log(JSON.stringify({ p50: at(0.5), p99: at(0.99) }));
}

async function shut(): Promise<void> {
  const listener = Deno.listen({ hostname: HOST, port: 0 });
  console.log(listener.addr.port);
  for await (const conn of listener) {
    conn.read(new Uint8Array(2_048)).then(() => conn.close()).catch(() => {});
  }
}

if (import.meta.main) {
  const [mode, first = "", second = "", third = ""] = Deno.args;
  if (mode === "park") await park(Number(first), second, Number(third));
  else if (mode === "knock") await knock(Number(first), Number(second), Number(third));
  else if (mode === "pace") await pace(Number(first), Number(second));
  else if (mode === "shut") await shut();
  else throw new Error(`Cannot run ${mode}: there is no such mode`);
  Deno.exit(0);
}
