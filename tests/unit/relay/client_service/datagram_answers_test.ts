import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import type { Packet } from "../../../../lib/core/datagram/packet.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { DatagramAnswers } from "../../../../lib/relay/client_service/datagram_answers.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const DNS = { name: "dns", port: 53, protocol: "udp", ...DEFAULT_DATAGRAM_TERMS } as const;

/** What answers calls by datagrams, in a session that carries them. */
class World {
  readonly log = new TestLog();
  readonly clock = new VirtualClock();
  readonly tasks = testTasks(this.clock, this.log);
  readonly packets: Packet[] = [];
  readonly refused: [number, string][] = [];
  readonly flows: CnaptFlows;
  readonly answers: DatagramAnswers;

  constructor(where: () => Promise<Endpoint>, limit = 10) {
    const { log, tasks } = this;
    this.flows = new CnaptFlows({ limit, tasks, log });
    this.flows.attach({
      way: "sealed",
      epoch: 0,
      mayCarry: () => true,
      send: (packet) => this.packets.push(packet),
      forget: () => {},
    }, []);
    const refuse = (call: number, code: string) => this.refused.push([call, code]);
    const find = async () => ({ server: await where(), answersFrom: "ownPort" } as const);
    this.answers = new DatagramAnswers({ flows: this.flows, find, refuse, tasks, log });
  }
}

Deno.test("a call by datagrams is announced to SNAPT and carried to the client application", async () => {
  const got = Promise.withResolvers<readonly [string, Endpoint]>();
  const application = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
    received: (bytes, from) => got.resolve([new TextDecoder().decode(bytes), from]),
    notSent: () => got.reject(new Error("it was not sent")),
  });
  const world = new World(() => Promise.resolve(endpointOf("127.0.0.1", application.port)));
  world.answers.take(4, DNS, "192.0.2.9:53");
  const [announced] = world.packets;
  assertEquals(announced?.kind, "bind");
  assertEquals(world.flows.targets, [{ kind: "call", call: 4, name: "dns" }]);
  const flow = announced !== undefined && "flow" in announced ? announced.flow : -1;
  world.flows.received({ kind: "data", flow, payload: new TextEncoder().encode("ask") });
  assertEquals((await got.promise)[0], "ask");
  assertEquals(world.refused, []);
  world.flows.closeAll();
  world.tasks.close();
  await Promise.all([application.close(), world.tasks.done()]);
});

Deno.test("a call by datagrams is refused when the client application is not found", async () => {
  const world = new World(() => Promise.reject(new ConnFailed("other", "no such name")));
  world.answers.take(4, DNS, "192.0.2.9:53");
  await settle();
  assertEquals([world.refused, world.flows.count], [[[4, "serviceUnreachable"]], 0]);
  assertEquals(world.log.lines, [
    'warn client-application-unreachable {"service":"dns","reason":"no such name"}',
  ]);
});

Deno.test("a mistake of ours with a call by datagrams costs that call, and is told once", async () => {
  const world = new World(() => Promise.reject(new TypeError("a mistake of ours")));
  world.answers.take(4, DNS, "192.0.2.9:53");
  await settle();
  assertEquals([world.refused, world.flows.count], [[[4, "serviceUnreachable"]], 0]);
  assertEquals([world.log.of("error").length, world.tasks.isClosed], [1, false]);
});

Deno.test("a call by datagrams is refused where there are too many flows", () => {
  const world = new World(() => Promise.resolve(endpointOf("127.0.0.1", 9)), 0);
  world.answers.take(4, DNS, "192.0.2.9:53");
  assertEquals([world.refused, world.packets], [[[4, "limit"]], []]);
  assertEquals(world.log.lines, [
    'warn call-refused {"service":"dns","reason_code":"limit","reason":"too many flows"}',
  ]);
});
