import type { DatagramSession } from "../../../../lib/core/wire/datagram_messages.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { SessionDatagrams } from "../../../../lib/relay/session/session_datagrams.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { CNAPT_SETTINGS } from "../../core/session/session_settings.ts";
import { ID, KEY, LinkWorld } from "../link/kit/link_world.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const OFFER: DatagramSession = {
  kind: "datagramSession",
  sequence: 1,
  protection: "signed",
  tag: 7,
  secret: "00".repeat(32),
  flows: 10,
  services: [],
};

/** The datagrams of a session without TLS, and without a control link unless there is one. */
function made(control: Link | null = null) {
  const world = new LinkWorld("a");
  const { site, session: tasks, log, providers } = world;
  const flows = new CnaptFlows({ limit: 10, tasks: site, log });
  const datagrams = new SessionDatagrams({
    dialer: world.dialer,
    endpoint: { host: "", port: 1, credentials: { id: ID, key: KEY }, tls: null },
    flows,
    settings: CNAPT_SETTINGS,
    providers: { ...providers, find: (key) => ({ key, via: { kind: "any" } }) },
    log,
  }, {
    tasks,
    supply: world.supply(),
    place: () => ({ control, epoch: 0 }),
    heard: () => {},
  });
  return { world, flows, datagrams };
}

Deno.test("datagrams can be carried once SNAPT has offered to", async () => {
  const { datagrams } = made();
  assertEquals(datagrams.isOpen, false);
  await datagrams.offered(OFFER);
  assertEquals(datagrams.isOpen, true);
  datagrams.suspend();
  datagrams.close();
});

Deno.test("a SNAPT that wants them protected in another way than the links is not followed", async () => {
  const { world, datagrams } = made();
  await datagrams.offered({ ...OFFER, protection: "sealed" });
  assertEquals([datagrams.isOpen, world.log.of("warn").length], [false, 1]);
});

Deno.test("what SNAPT offers again takes the place of what it offered before, sockets included", async () => {
  const [conn] = MemoryConn.pair("127.0.0.1:1", "127.0.0.1:9");
  const { datagrams, flows, world } = made(new Link(conn, "a", testTasks(new VirtualClock())));
  await datagrams.offered(OFFER);
  const dns = { kind: "service", name: "dns" } as const;
  const flow = flows.open(dns, "", { deliver: () => {}, flowEnded: () => {} });
  if (flow !== null) flows.announce(flow); // by UDP
  await datagrams.offered({ ...OFFER, sequence: 2, tag: 8 });
  datagrams.close();
  await world.session.done(); // a socket that is left shows as a leak
});

Deno.test("nothing is carried for a session that is over", async () => {
  const { world, datagrams } = made();
  world.session.close();
  await datagrams.offered(OFFER);
  assertEquals(datagrams.isOpen, false);
  datagrams.close();
});

Deno.test("what is offered again under the same tag changes the services and keeps the flows", async () => {
  const { datagrams, flows } = made();
  const dns = { name: "dns", holdMs: 100, idleMs: 1_000, holdOrder: "newest" } as const;
  await datagrams.offered({ ...OFFER, services: [dns] });
  const ended: string[] = [];
  const application = { deliver: () => {}, flowEnded: () => ended.push("ended") };
  const target = { kind: "service", name: "dns" } as const;
  const flow = flows.open(target, "127.0.0.1:5000", application);
  const call = flows.open({ kind: "call", call: 1, name: "pager" }, "127.0.0.1:5001", application);
  assertEquals([flow?.idleMs, call?.state], [1_000, "unbound"]);
  await datagrams.offered({ ...OFFER, sequence: 2, services: [{ ...dns, idleMs: 5_000 }] });
  assertEquals([flow?.idleMs, ended, flows.count], [5_000, [], 2]);
  await datagrams.offered({ ...OFFER, sequence: 3, tag: 8, services: [] });
  assertEquals([ended, flows.count], [["ended"], 1], "a call is one of its session only");
  datagrams.close();
});
