import { HELD_DATAGRAM_BYTES, HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import type { DropReason } from "../../../../lib/core/datagram/drop_counters.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { type DatagramSocket, openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { type Endpoint, endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { DestinationNotAllowed } from "../../../../lib/relay/access/destination_access.ts";
import { FlowSocket } from "../../../../lib/relay/datagram/flow_socket.ts";
import type { ServerPlace } from "../../../../lib/relay/datagram/server_port.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle } from "../../../virtual_clock.ts";
import { bytesOf } from "./kit/flow_parts.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** A server application that keeps what it gets, and where it came from. */
class Server implements AsyncDisposable {
  readonly socket: DatagramSocket;
  readonly got: [string, Endpoint][] = [];
  #heard = Promise.withResolvers<void>();

  constructor() {
    this.socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes, from) => {
        this.got.push([new TextDecoder().decode(bytes), from]);
        this.#heard.resolve();
        this.#heard = Promise.withResolvers();
      },
      notSent: () => {},
    });
  }
  get endpoint(): Endpoint {
    return endpointOf("127.0.0.1", this.socket.port);
  }
  place(answersFrom: ServerPlace["answersFrom"] = "ownPort"): ServerPlace {
    return { server: this.endpoint, answersFrom };
  }
  async hear(count: number): Promise<readonly [string, Endpoint][]> {
    while (this.got.length < count) await this.#heard.promise;
    return this.got;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket.close();
  }
}

/** A flow's socket and what it told. */
class World {
  readonly log = new TestLog();
  readonly drops: DropReason[] = [];
  readonly failures: [string, number][] = [];
  readonly found: string[] = [];
  readonly received: string[] = [];
  #news = Promise.withResolvers<void>();
  readonly budget = new HoldBudget();
  readonly socket = new FlowSocket(testTasks(undefined, this.log), this.budget, {
    received: (payload) => this.#tell(() => this.received.push(new TextDecoder().decode(payload))),
    dropped: (reason) => this.#tell(() => this.drops.push(reason)),
    found: (server) => this.#tell(() => this.found.push(server.key)),
    failed: (error, lost) => this.#tell(() => this.failures.push([error.message, lost])),
  });

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#news.promise;
  }
  #tell(note: () => void): void {
    note();
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

Deno.test("what was sent before the server is known goes there in order, from one address", async () => {
  await using server = new Server();
  const world = new World();
  const found = Promise.withResolvers<ServerPlace>();
  world.socket.start(found.promise);
  const lent = bytesOf("a");
  world.socket.send(lent);
  lent.fill(0);
  world.socket.send(bytesOf("b"));
  assertEquals([world.socket.address, world.socket.server], ["", null]);
  found.resolve(server.place());
  await world.until(() => world.found.length > 0);
  world.socket.send(bytesOf("c"));
  const got = await server.hear(3);
  assertEquals(got.map(([text]) => text), ["a", "b", "c"]);
  assertEquals(new Set(got.map(([, from]) => from.key)), new Set([world.socket.address]));
  world.socket.close();
  await settle();
});

Deno.test("only the server application is heard; what others send is counted", async () => {
  await using server = new Server();
  await using stranger = new Server();
  const world = new World();
  world.socket.start(Promise.resolve(server.place()));
  await world.until(() => world.found.length > 0);
  const port = Number(world.socket.address.split(":")[1]);
  stranger.socket.send(bytesOf("x"), endpointOf("127.0.0.1", port));
  await world.until(() => world.drops.length > 0);
  server.socket.send(bytesOf("y"), endpointOf("127.0.0.1", port));
  await world.until(() => world.received.length > 0);
  assertEquals([world.received, world.drops], [["y"], ["stranger"]]);
  world.socket.close();
  await settle();
});

Deno.test("no more than sixteen datagrams wait for the name, and all are lost with it", async () => {
  const world = new World();
  const found = Promise.withResolvers<ServerPlace>();
  world.socket.start(found.promise);
  for (let i = 0; i < 18; i++) world.socket.send(bytesOf("x"));
  assertEquals(world.drops, ["holdFull", "holdFull"]);
  assertEquals(world.budget.usedBytes, 16 * (HELD_DATAGRAM_BYTES + 1));
  found.reject(new ConnFailed("nameUnknown", "Cannot find it"));
  await world.until(() => world.failures.length > 0);
  assertEquals([world.failures, world.log.of("error")], [[["Cannot find it", 16]], []]);
  assertEquals(world.budget.usedBytes, 0);
});

Deno.test("a mistake of ours in the search fails the flow, with a line in the log", async () => {
  const world = new World();
  world.socket.start(Promise.reject(new TypeError("planted")));
  await world.until(() => world.failures.length > 0);
  await settle();
  assertEquals(world.failures, [["planted", 0]]);
  const errors = world.log.of("error");
  assert(errors.length === 1 && errors[0]?.includes("planted"), errors.join("\n"));
});

Deno.test("a flow that ends before its server is found opens nothing, and counts what waited", async () => {
  await using server = new Server();
  const world = new World();
  const found = Promise.withResolvers<ServerPlace>();
  world.socket.start(found.promise);
  world.socket.send(bytesOf("x"));
  world.socket.close();
  found.resolve(server.place());
  await settle();
  assertEquals([world.drops, world.found, world.socket.address], [["flowEnded"], [], ""]);
});

Deno.test("a destination that is not allowed fails the flow, and is no mistake of ours", async () => {
  const world = new World();
  world.socket.start(Promise.reject(new DestinationNotAllowed("Cannot reach it: no rule")));
  world.socket.send(bytesOf("x"));
  await world.until(() => world.failures.length > 0);
  await settle();
  assertEquals([world.failures, world.log.of("error")], [[["Cannot reach it: no rule", 1]], []]);
  world.socket.close();
  assertEquals(world.drops, [], "what was lost with the search is not counted again");
});

Deno.test("a datagram that the system does not take is counted", async () => {
  await using server = new Server();
  const world = new World();
  world.socket.start(Promise.resolve(server.place()));
  await world.until(() => world.found.length > 0);
  world.socket.send(new Uint8Array(65_535));
  await world.until(() => world.drops.length > 0);
  assertEquals([world.drops, world.log.of("error")], [["sendFailed"], []]);
  world.socket.close();
  await settle();
});

Deno.test("where any port answers, what is sent follows the newest one, and a request does not", async () => {
  await using server = new Server();
  await using transfer = new Server();
  const world = new World();
  world.socket.start(Promise.resolve(server.place("anyPort")));
  world.socket.send(bytesOf("\x00\x01file\x00octet\x00"));
  await server.hear(1);
  const own = endpointOf("127.0.0.1", Number(world.socket.address.split(":")[1]));
  transfer.socket.send(bytesOf("data"), own);
  await world.until(() => world.received.length > 0);
  world.socket.send(bytesOf("ack"));
  assertEquals((await transfer.hear(1)).map(([text]) => text), ["ack"]);
  world.socket.send(bytesOf("\x00\x02file\x00octet\x00"));
  world.socket.send(bytesOf("again"));
  assertEquals((await server.hear(3))[2]?.[0], "again");
  assertEquals([transfer.got.length, world.drops], [1, []]);
  assertEquals(world.socket.server?.key, server.endpoint.key, "the service stays where it is");
  world.socket.close();
  await settle();
});
