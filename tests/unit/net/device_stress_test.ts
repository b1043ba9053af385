import type { ByteConn } from "../../../lib/net/byte_conn.ts";
import { deviceBinding } from "../../../lib/net/device_socket.ts";
import { dial } from "../../../lib/net/dial.ts";
import { immediately } from "../../../lib/net/next_turn.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Chance } from "../../sim/chance.ts";
import { type OpenDescriptors, openDescriptors } from "../../whole_process/open_descriptors.ts";
import { BY_DEVICE, ClosingListener, dialOptions, listenFor, patience } from "./kit/conn_pair.ts";

const CONNECTIONS = 200;
/** So many are open at the same time at most. */
const CROWD = 40;
/** Ports on loopback that never answer: so many stay open, as they are needed (silent_listener.ts). */
const SILENT_PORTS = 8;

const binding = deviceBinding();
const missing = binding.kind === "unavailable" ? binding.reason : null;
if (missing !== null) console.log(`SKIPPED the stress of device sockets: ${missing}`);

/** How a connection of the test ends. */
const ENDINGS = ["closed here", "reset here", "closed there", "reset there", "abandoned"] as const;

/** The number of a connection, as bytes that travel on it. */
function numberBytes(number: number): Uint8Array {
  return new Uint8Array(new Uint32Array([number, ~number]).buffer);
}

async function readNumber(conn: ByteConn): Promise<number> {
  const words = new Uint32Array(2);
  const bytes = new Uint8Array(words.buffer);
  for (let filled = 0; filled < bytes.length;) {
    const count = await conn.read(bytes.subarray(filled));
    if (count === null) throw new Error(`it ended after ${filled} bytes`);
    filled += count;
  }
  const [number = 0, inverse = 0] = words;
  assertEquals(inverse, ~number >>> 0);
  return number;
}

/** Sends back the number of each connection, and ends it as the number says. */
async function serve(listener: ClosingListener, endingOf: (number: number) => string) {
  const serving: Promise<void>[] = [];
  for (;;) {
    const conn = await listener.inner.accept();
    if (conn === null) break;
    serving.push(serveOne(conn, endingOf).catch(() => {}).finally(() => conn.close()));
  }
  await Promise.all(serving);
}

async function serveOne(conn: ByteConn, endingOf: (number: number) => string): Promise<void> {
  await conn.handshake?.();
  const number = await readNumber(conn);
  await conn.write(numberBytes(number));
  const ending = endingOf(number);
  if (ending === "reset there") return conn.reset();
  if (ending === "closed there") return conn.close();
  while (await conn.read(new Uint8Array(64)) !== null);
}

for (const security of ["none", "tls"] as const) {
  Deno.test({
    name: `${CONNECTIONS} connections by device, security ${security}, ` +
      "are not mixed up and leave no descriptor behind",
    ignore: missing !== null,
    fn: async () => {
      const seed = seedOf();
      console.log(`STRESS_SEED=${seed}`);
      const { connections, listening } = openDescriptors();
      // What is loaded once, with the first connections, is no leak.
      await live(security, seed, CROWD);
      const { others } = openDescriptors();
      await live(security, seed, CONNECTIONS);
      await settled({ connections, listening: listening + SILENT_PORTS, others });
    },
  });
}

function seedOf(): number {
  const wanted = Deno.env.get("STRESS_SEED");
  return wanted === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
}

async function live(security: "none" | "tls", seed: number, count: number): Promise<void> {
  const chance = new Chance(seed);
  const endings = Array.from({ length: count }, () => chance.pick(ENDINGS));
  const pauses = Array.from({ length: count }, () => chance.between(0, 3));
  const listener = new ClosingListener(await listenFor(security));
  const serving = serve(listener, (number) => endings[number] ?? "");
  const target = { host: "127.0.0.1", port: listener.port };
  let next = 0;
  const lane = async () => {
    for (let number = next++; number < count; number = next++) {
      const ending = endings[number];
      if (ending === "abandoned") {
        const signal = AbortSignal.any([patience(), AbortSignal.timeout(pauses[number] ?? 0)]);
        const conn = await dial(target, BY_DEVICE, await dialOptions(security, signal))
          .catch(() => null);
        conn?.close();
        continue;
      }
      const conn = await dial(target, BY_DEVICE, await dialOptions(security));
      try {
        await conn.write(numberBytes(number));
        assertEquals(await readNumber(conn), number, "another connection's answer");
        if (ending === "reset here") conn.reset();
        if (ending === "closed there") assertEquals(await conn.read(new Uint8Array(1)), null);
      } catch (error) {
        // The answer may be lost with a reset, and nothing else may.
        if (ending !== "reset there") throw error;
      } finally {
        conn.close();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: CROWD }, lane));
  } finally {
    listener.inner.close();
    await serving;
  }
}

/** Descriptors are closed in the background; there must be no more than `most` in the end. */
async function settled(most: OpenDescriptors): Promise<void> {
  const signal = patience();
  for (let now = openDescriptors(); isAbove(now, most); now = openDescriptors()) {
    const open = `${JSON.stringify(now)} are open, ${JSON.stringify(most)} may be`;
    assert(!signal.aborted, open);
    await immediately();
  }
}

function isAbove(now: OpenDescriptors, most: OpenDescriptors): boolean {
  return now.connections > most.connections || now.listening > most.listening ||
    now.others > most.others;
}
