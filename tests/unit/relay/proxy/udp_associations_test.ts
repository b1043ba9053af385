import { socks5Reply } from "../../../../lib/core/proxy/socks5.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import type { AssociateRequest } from "../../../../lib/relay/proxy/proxy_request.ts";
import { UdpAssociations } from "../../../../lib/relay/proxy/udp_associations.ts";
import type { CnaptSite } from "../../../../lib/relay/site/cnapt_site.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { SiteWorld } from "../site/kit/site_world.ts";
import { DatagramProgram } from "./kit/datagram_program.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const MAX_ASSOCIATIONS = 256;
const ASKED: AssociateRequest = {
  kind: "associate",
  host: "0.0.0.0",
  port: 0,
  answer: socks5Reply,
};

/** The relays of a proxy for a site. */
class World {
  readonly log = new TestLog();
  readonly tasks = testTasks(new VirtualClock(), this.log);
  readonly site: CnaptSite;
  readonly relays: UdpAssociations;

  constructor(site = new SiteWorld(["a"]).site) {
    this.site = site;
    this.relays = new UdpAssociations(site, this.tasks, this.log);
  }

  /** Asks for a relay; the program's end of its connection, and the proxy's. */
  ask(local = "127.0.0.1:1080"): [MemoryConn, MemoryConn] {
    const conns = MemoryConn.pair("127.0.0.1:4000", local);
    this.relays.open(ASKED, conns[1]);
    return conns;
  }

  async close(): Promise<void> {
    await this.relays.close();
    this.site.flows.closeAll();
  }
}

/** The reply of RFC 1928 in an answer, and the port of the relay. */
function readAnswer(bytes: Uint8Array | null): { reply: number; port: number } {
  const [, reply = -1] = bytes ?? [];
  const [high = 0, low = 0] = bytes?.slice(8) ?? [];
  return { reply, port: high * 256 + low };
}

Deno.test("a program is told where its relay is, and has it as long as its connection lasts", async () => {
  const world = new World();
  const [program, conn] = world.ask();
  const { reply, port } = readAnswer(await program.readNext());
  assertEquals([reply, port > 0, world.relays.count], [0, true, 1]);
  program.close();
  await settle();
  assertEquals([world.relays.count, conn.isOpen], [0, false]);
  await world.close();
  assertEquals(world.log.lines, []);
});

Deno.test("a program that is gone before the answer leaves no relay behind", async () => {
  const world = new World();
  const [program, conn] = world.ask();
  program.reset();
  await settle();
  assertEquals([world.relays.count, conn.isOpen], [0, false]);
  await world.close();
  assertEquals(world.log.of("error"), []);
});

Deno.test("nothing is relayed where SNAPT lets this CNAPT reach nothing by UDP", async () => {
  const { site } = await SiteWorld.connected("a");
  const world = new World(site);
  const [program, conn] = world.ask();
  assertEquals(readAnswer(await program.readNext()).reply, 2);
  assertEquals([await program.readNext(), world.relays.count], [null, 0]);
  program.close();
  await settle();
  assertEquals(conn.isOpen, false);
  assert(world.log.lines[0]?.startsWith("info proxy-request-refused "), world.log.lines[0]);
  await world.close();
});

Deno.test("where no socket is to be had the program is told that it failed", async () => {
  const world = new World();
  const [program] = world.ask("192.0.2.77:1080");
  assertEquals(readAnswer(await program.readNext()).reply, 1);
  assertEquals(world.relays.count, 0);
  program.close();
  await world.close();
});

Deno.test("beyond the limit the oldest relay without a flow makes room", async () => {
  const world = new World();
  const [oldest] = world.ask();
  const { port } = readAnswer(await oldest.readNext());
  const user = new DatagramProgram();
  user.send({ host: "127.0.0.1", port }, { host: "192.0.2.53", port: 53 }, [1]);
  while (world.site.flows.count === 0) await settle();
  const second = world.ask();
  const others = Array.from({ length: MAX_ASSOCIATIONS - 2 }, () => world.ask());
  assertEquals(world.relays.count, MAX_ASSOCIATIONS);
  world.ask();
  await settle();
  assertEquals(world.relays.count, MAX_ASSOCIATIONS);
  assertEquals([oldest, second[1], others[0]?.[1]].map((conn) => conn?.isOpen), [
    true,
    false,
    true,
  ]);
  await Promise.all([world.close(), user.close()]);
});

Deno.test("a mistake of ours in serving a relay costs that relay, and is told once", async () => {
  const world = new World();
  const [, other] = world.ask();
  const conn = MemoryConn.pair("127.0.0.1:4000", "127.0.0.1:1080")[1];
  conn.readNext = () => Promise.reject(new TypeError("a mistake of ours"));
  world.relays.open(ASKED, conn);
  await settle();
  assertEquals([conn.isOpen, other.isOpen, world.relays.count], [false, true, 1]);
  assertEquals(world.log.of("error").length, 1);
  await world.close();
});

Deno.test("a mistake of ours in the answer leaves no relay open that nobody serves", async () => {
  const world = new World();
  const conn = MemoryConn.pair("127.0.0.1:4000", "127.0.0.1:1080")[1];
  const answer = () => {
    throw new TypeError("a mistake of ours");
  };
  world.relays.open({ ...ASKED, answer }, conn);
  await settle();
  assertEquals([world.relays.count, conn.isOpen], [0, false]);
  assertEquals(world.log.of("error").length, 1);
  await world.close();
});

Deno.test("closing ends every relay and its program's connection", async () => {
  const world = new World();
  const conns = [world.ask(), world.ask()];
  await world.close();
  assertEquals(world.relays.count, 0);
  assertEquals(conns.map(([, conn]) => conn.isOpen), [false, false]);
});
