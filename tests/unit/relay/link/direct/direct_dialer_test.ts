import type { ByteConn } from "../../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../../lib/net/conn_failed.ts";
import type { dial } from "../../../../../lib/net/dial.ts";
import { openLibc } from "../../../../../lib/net/libc.ts";
import { listenPlain } from "../../../../../lib/net/listen.ts";
import {
  DirectDialer,
  type DirectDialerContext,
} from "../../../../../lib/relay/link/direct/direct_dialer.ts";
import type { Link } from "../../../../../lib/relay/link/link.ts";
import { authenticateToSnapt } from "../../../../../lib/relay/link/link_auth.ts";
import { MemoryConn } from "../../../../memory_conn.ts";
import { settle, VirtualClock } from "../../../../virtual_clock.ts";
import { testTasks } from "../../../../test_tasks.ts";
import { assertEquals } from "../../../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const ID = new Uint8Array(16).fill(1);
const KEY = new Uint8Array(32).fill(7);
const QUIET = { debug() {}, info() {}, warn() {}, error() {}, with: () => QUIET };

function dialerOf(
  source: string,
  lines: string[],
  opened: (link: Link) => void,
  changes: Partial<DirectDialerContext<null>> = {},
) {
  const info = (event: string) => void lines.push(event);
  return new DirectDialer({
    known: { client: null, idHex: ID.toHex(), key: KEY },
    refusalOf: () => null,
    sources: () => [`${source}:40000`],
    othersSources: () => [],
    opened,
    tasks: testTasks(),
    log: { ...QUIET, info, with: () => QUIET },
    ...changes,
  });
}

function request(host: string, port: number, count = 1) {
  const certificate = new Uint8Array(0);
  return { kind: "dialRequest", host, port, count, certificate } as const;
}

/** Connections that are made when the test says so. */
class Dials {
  readonly targets: string[] = [];
  readonly #waiting: PromiseWithResolvers<ByteConn>[] = [];

  readonly dial: typeof dial = ({ host, port }) => {
    this.targets.push(`${host}:${port}`);
    const waiting = Promise.withResolvers<ByteConn>();
    this.#waiting.push(waiting);
    return waiting.promise;
  };

  /** The one that waits longest leads to a CNAPT that proves itself. */
  async connect(): Promise<void> {
    const [near, far] = MemoryConn.pair();
    this.#waiting.shift()?.resolve(near);
    await authenticateToSnapt(far, { id: ID, key: KEY }, "snapt");
    await settle();
  }

  async fail(): Promise<void> {
    this.#waiting.shift()?.reject(new ConnFailed("refused", "nobody listens"));
    await settle();
  }
}

Deno.test("a CNAPT is dialled where it comes from, however its address is written", async () => {
  const listener = listenPlain({ host: "127.0.0.2", port: 0 });
  const link = Promise.withResolvers<Link>();
  const dialer = dialerOf("[::ffff:127.0.0.2]", [], link.resolve);
  dialer.dial(request("127.0.0.2", listener.port), AbortSignal.timeout(10_000));
  const conn = await listener.accept();
  if (conn === null) throw new Error("nobody came");
  await authenticateToSnapt(conn, { id: ID, key: KEY }, "snapt");
  (await link.promise).close();
  conn.close();
  listener.close();
});

Deno.test("a CNAPT has SNAPT connect to no third party", async () => {
  const third = listenPlain({ host: "127.0.0.9", port: 0 });
  const lines: string[] = [];
  const dialer = dialerOf("127.0.0.2", lines, () => {});
  for (const host of ["127.0.0.9", "localhost", "127.0.0.2.nip.example", ""]) {
    dialer.dial(request(host, third.port), AbortSignal.timeout(10_000));
  }
  assertEquals(lines, Array(4).fill("direct-not-dialled"));
  dialer.dial(request("localhost", third.port), AbortSignal.timeout(10_000));
  assertEquals(lines.length, 4, "one that asks again fills no log");
  third.close();
  assertEquals(await third.accept(), null);
});

const NEVER = new AbortController().signal;

Deno.test("a CNAPT that is not allowed to be dialled is not, and that is said once", () => {
  const lines: string[] = [];
  const { dial, targets } = new Dials();
  const refusalOf = (_host: string, port: number) => port === 7_790 ? null : "another port";
  const dialer = dialerOf("192.0.2.1", lines, () => {}, { dial, refusalOf });
  for (let times = 0; times < 3; times++) dialer.dial(request("192.0.2.1", 22), NEVER);
  assertEquals([lines, targets], [["direct-not-dialled"], []]);
});

Deno.test("an address from which other CNAPTs come as well is not dialled", () => {
  const { dial, targets } = new Dials();
  const others = ["192.0.2.7:5", "[::ffff:192.0.2.1]:40001"];
  const lines: string[] = [];
  const dialer = dialerOf("192.0.2.1", lines, () => {}, { dial, othersSources: () => others });
  dialer.dial(request("192.0.2.1", 7_790), NEVER);
  assertEquals([lines, targets], [["direct-not-dialled"], []]);
});

Deno.test("the address that SNAPT sees is dialled, not a form of it that CNAPT writes", async () => {
  const dials = new Dials();
  const { dial, targets } = dials;
  const dialer = dialerOf("[::ffff:192.0.2.1]", [], () => {}, { dial });
  for (const host of ["2002:c000:201::1", "64:ff9b::c000:201", "::192.0.2.1"]) {
    dialer.dial(request(host, 7_790), NEVER);
  }
  assertEquals(targets, []);
  dialer.dial(request("192.0.2.1", 7_790), NEVER);
  assertEquals(targets, ["192.0.2.1:7790"]);
  await dials.fail();
});

Deno.test("few links are dialled at once, and all that are wanted come in the end", async () => {
  const dials = new Dials();
  let opened = 0;
  const take = (link: Link) => {
    opened += 1;
    link.close();
  };
  const dialer = dialerOf("192.0.2.1", [], take, { dial: dials.dial });
  for (let times = 0; times < 10; times++) dialer.dial(request("192.0.2.1", 7_790, 2), NEVER);
  assertEquals(dials.targets.length, 8);
  for (let come = 0; come < 20; come++) await dials.connect();
  assertEquals([dials.targets.length, opened], [20, 20]);
});

Deno.test("a dial that fails ends what was asked for, and nothing is dialled for a second", async () => {
  const dials = new Dials();
  const clock = new VirtualClock();
  const dialer = dialerOf("192.0.2.1", [], () => {}, {
    dial: dials.dial,
    tasks: testTasks(clock),
  });
  dialer.dial(request("192.0.2.1", 7_790, 65_535), NEVER);
  for (let times = 0; times < 8; times++) await dials.fail();
  dialer.dial(request("192.0.2.1", 7_790, 65_535), NEVER);
  assertEquals(dials.targets.length, 8);
  await clock.advance(1_000);
  dialer.dial(request("192.0.2.1", 7_790), NEVER);
  assertEquals(dials.targets.length, 9);
  await dials.fail();
});
