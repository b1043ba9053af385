import type { Packet } from "../../../../lib/core/datagram/packet.ts";
import { socks5DatagramHead } from "../../../../lib/core/proxy/socks5_datagram.ts";
import { socks5Reply } from "../../../../lib/core/proxy/socks5.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import type { HostAndPort } from "../../../../lib/relay/proxy/proxy_request.ts";
import { UdpAssociation } from "../../../../lib/relay/proxy/udp_association.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { DatagramProgram } from "./kit/datagram_program.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

const DESTINATION = { host: "192.0.2.53", port: 53 };
const NOWHERE = { host: "0.0.0.0", port: 0 };

/** A relay for a program at 127.0.0.1, and a session that answers what it carries. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = testTasks(this.clock, this.log);
  readonly flows = new CnaptFlows({ limit: 10, tasks: this.tasks, log: this.log });
  readonly packets: Packet[] = [];
  /** What SNAPT does with a packet; it echoes unless a test says otherwise. */
  answer = (flow: number, payload: Uint8Array): void =>
    this.flows.received({ kind: "data", flow, payload });
  readonly conns = MemoryConn.pair("127.0.0.1:4000", "127.0.0.1:1080");
  readonly association: UdpAssociation;
  #packet = Promise.withResolvers<void>();

  constructor(said: HostAndPort = NOWHERE) {
    this.flows.attach({
      way: "sealed",
      epoch: 0,
      mayCarry: () => true,
      send: (packet) => {
        this.packets.push(packet);
        if (packet.kind === "bind" || packet.kind === "data") {
          this.answer(packet.flow, new Uint8Array(packet.payload));
        }
        this.#packet.resolve();
      },
      forget: () => {},
    }, []);
    const asked = { kind: "associate", ...said, answer: socks5Reply } as const;
    this.association = new UdpAssociation(this.conns[1], asked, this.flows);
  }

  get relay(): HostAndPort {
    return this.association.relay;
  }

  get dropped() {
    return this.flows.drops.snapshot();
  }

  /** Resolves when SNAPT is told something further. */
  async nextPacket(): Promise<void> {
    this.#packet = Promise.withResolvers();
    await this.#packet.promise;
  }

  async close(...programs: readonly DatagramProgram[]): Promise<void> {
    await Promise.all([this.association.close(), ...programs.map((one) => one.close())]);
    this.flows.closeAll();
    this.tasks.close();
  }
}

Deno.test("datagrams go to their destination and come back with its address before them", async () => {
  const world = new World();
  const program = new DatagramProgram();
  assertEquals(world.relay.host, "127.0.0.1");
  program.send(world.relay, DESTINATION, [1, 2]);
  const answer = await program.next();
  assertEquals([...answer ?? []], [...socks5DatagramHead("192.0.2.53", 53), 1, 2]);
  assertEquals(world.flows.targets, [{ kind: "destination", ...DESTINATION }]);
  await world.close(program);
});

Deno.test("each destination has a flow of its own, and keeps it", async () => {
  const world = new World();
  const program = new DatagramProgram();
  for (const host of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
    program.send(world.relay, { host, port: 53 }, [1]);
    await program.next();
  }
  assertEquals([world.association.flowCount, world.flows.count], [2, 2]);
  await world.close(program);
  assertEquals(world.flows.count, 0);
});

Deno.test("the first program that sends has the relay; what others send is dropped and counted", async () => {
  const world = new World();
  const [program, stranger] = [new DatagramProgram(), new DatagramProgram()];
  program.send(world.relay, DESTINATION, [1]);
  await program.next();
  stranger.send(world.relay, DESTINATION, [2]);
  program.send(world.relay, DESTINATION, [3]);
  assertEquals((await program.next())?.at(-1), 3);
  assertEquals([world.dropped, world.packets.length], [{ stranger: 1 }, 2]);
  await world.close(program, stranger);
});

Deno.test("a program that names its port is heard from that port only", async () => {
  const [program, stranger] = [new DatagramProgram(), new DatagramProgram()];
  const world = new World({ host: "127.0.0.1", port: program.port });
  stranger.send(world.relay, DESTINATION, [2]);
  program.send(world.relay, DESTINATION, [3]);
  assertEquals((await program.next())?.at(-1), 3);
  assertEquals(world.dropped, { stranger: 1 });
  await world.close(program, stranger);
});

Deno.test("a port that is named for another host says nothing, as behind a NAT", async () => {
  const program = new DatagramProgram();
  const world = new World({ host: "10.0.0.9", port: program.port === 9 ? 10 : 9 });
  program.send(world.relay, DESTINATION, [3]);
  assertEquals((await program.next())?.at(-1), 3);
  await world.close(program);
});

Deno.test("fragments and what cannot be read are dropped and counted, and the relay goes on", async () => {
  const world = new World();
  const program = new DatagramProgram();
  program.sendRaw(world.relay, [0, 0, 1, ...socks5DatagramHead("192.0.2.1", 53).slice(3), 1]);
  program.sendRaw(world.relay, [9, 9, 9]);
  program.send(world.relay, DESTINATION, [3]);
  await program.next();
  assertEquals(world.dropped, { fragment: 1, malformed: 1 });
  await world.close(program);
});

Deno.test("a destination that SNAPT refuses is not asked again for ten seconds", async () => {
  const world = new World();
  const program = new DatagramProgram();
  const echo = world.answer;
  const isRefused = { kind: "unbound", code: "notAllowed" } as const;
  world.answer = (flow) => world.flows.received({ ...isRefused, flow });
  program.send(world.relay, DESTINATION, [1]);
  await world.nextPacket();
  assertEquals([world.association.flowCount, world.packets.length], [0, 1]);
  world.answer = echo;
  program.send(world.relay, DESTINATION, [2]);
  program.send(world.relay, { ...DESTINATION, port: 54 }, [3]);
  assertEquals((await program.next())?.at(-1), 3); // others are asked for
  assertEquals([world.packets.length, world.dropped.notAllowed], [2, 2]);
  await world.clock.advance(10_000);
  program.send(world.relay, DESTINATION, [4]);
  assertEquals((await program.next())?.at(-1), 4);
  await world.close(program);
});

Deno.test("a relay ends with its program's connection, however that ends", async () => {
  for (const end of [(conn: MemoryConn) => conn.close(), (conn: MemoryConn) => conn.reset()]) {
    const world = new World();
    const ended = world.association.untilEnded();
    await world.conns[0].write(new Uint8Array([1])); // nothing more is to be said on it
    end(world.conns[0]);
    await ended;
    await world.close();
    assertEquals(world.conns[1].isOpen, false);
  }
});

Deno.test("a mistake of ours in reading the connection is passed on", async () => {
  const world = new World();
  world.conns[1].readNext = () => Promise.reject(new TypeError("a mistake of ours"));
  await assertRejects(() => world.association.untilEnded(), TypeError);
  await world.close();
});
