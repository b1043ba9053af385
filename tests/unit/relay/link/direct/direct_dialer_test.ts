import { openLibc } from "../../../../../lib/net/libc.ts";
import { listenPlain } from "../../../../../lib/net/listen.ts";
import { DirectDialer } from "../../../../../lib/relay/link/direct/direct_dialer.ts";
import type { Link } from "../../../../../lib/relay/link/link.ts";
import { authenticateToSnapt } from "../../../../../lib/relay/link/link_auth.ts";
import { testTasks } from "../../../../test_tasks.ts";
import { assertEquals } from "../../../../assert.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const ID = new Uint8Array(16).fill(1);
const KEY = new Uint8Array(32).fill(7);
const QUIET = { debug() {}, info() {}, warn() {}, error() {}, with: () => QUIET };

function dialerOf(source: string, lines: string[], opened: (link: Link) => void) {
  const info = (event: string) => void lines.push(event);
  return new DirectDialer({
    known: { client: null, idHex: ID.toHex(), key: KEY },
    sources: () => [`${source}:40000`],
    opened,
    tasks: testTasks(),
    log: { ...QUIET, info, with: () => QUIET },
  });
}

function request(host: string, port: number) {
  const certificate = new Uint8Array(0);
  return { kind: "dialRequest", host, port, count: 1, certificate } as const;
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
  third.close();
  assertEquals(await third.accept(), null);
});
