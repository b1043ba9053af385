import { HoldBudget } from "../../../../lib/core/datagram/hold_budget.ts";
import { DEFAULT_DATAGRAM_TERMS } from "../../../../lib/core/wire/datagram_messages.ts";
import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { type DatagramSocket, openDatagramSocket } from "../../../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { AccessGate } from "../../../../lib/relay/access/access_gate.ts";
import { VirtualDatagramPort } from "../../../../lib/relay/client_service/virtual_datagram_port.ts";
import type { DatagramCaller } from "../../../../lib/relay/datagram/datagram_caller.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

// Opened once for the process and never closed: no test is to be blamed for it.
openLibc();

/** Takes whoever comes for a host elsewhere: this machine itself is always let in. */
class GateSeenFromElsewhere extends AccessGate {
  override admits(_host: string, service: string): boolean {
    return super.admits("203.0.113.1", service);
  }
}

/** A port on loopback, and server applications that send to it. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = testTasks(this.clock, this.log);
  readonly holds = new HoldBudget();
  readonly callers: DatagramCaller[] = [];
  readonly gaveUp: DatagramCaller[] = [];
  readonly dropped: string[] = [];
  /** What becomes of a call. */
  called: (caller: DatagramCaller) => boolean = (caller) => {
    this.callers.push(caller);
    return true;
  };
  readonly port: VirtualDatagramPort;
  readonly #sockets: DatagramSocket[] = [];
  #happened = Promise.withResolvers<void>();

  constructor(allow = "203.0.113.0/24", terms = DEFAULT_DATAGRAM_TERMS) {
    const ranges = [parseSourceRange(allow)];
    const gate = new GateSeenFromElsewhere(ranges, this.log, () => this.clock.now());
    const context = { service: "dns", terms, gate, holds: this.holds, tasks: this.tasks };
    this.port = new VirtualDatagramPort({ host: "127.0.0.1", port: 0 }, context, {
      called: (caller) => this.#tell(() => this.called(caller)),
      gaveUp: (caller) => this.gaveUp.push(caller),
      dropped: (reason, count) => {
        if (count > 0) this.#tell(() => this.dropped.push(reason));
      },
    });
  }

  /** A server application of its own, and what it receives first. */
  application(): { send: (text: string) => Promise<void>; received: Promise<string> } {
    const got = Promise.withResolvers<string>();
    const socket = openDatagramSocket({ host: "127.0.0.1", port: 0 }, {
      received: (bytes) => got.resolve(new TextDecoder().decode(bytes)),
      notSent: () => got.reject(new Error("it was not sent")),
    });
    this.#sockets.push(socket);
    const to = endpointOf("127.0.0.1", Number(this.port.name.split(":").at(-1)));
    return {
      /** Resolves when the port has called, or dropped what came. */
      send: async (text) => {
        this.#happened = Promise.withResolvers();
        socket.sendNow(new TextEncoder().encode(text), to);
        await this.#happened.promise;
      },
      received: got.promise,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.port.close(), ...this.#sockets.map((socket) => socket.close())]);
    this.tasks.close();
  }

  #tell<T>(act: () => T): T {
    try {
      return act();
    } finally {
      this.#happened.resolve();
    }
  }
}

Deno.test("each address that sends to a virtual port is a caller of its own, and is answered from it", async () => {
  const world = new World();
  const [one, other] = [world.application(), world.application()];
  await one.send("ask 1");
  await other.send("ask 2");
  assertEquals(world.callers.length, 2);
  assertEquals(world.callers.map(({ address }) => address), [world.port.name, world.port.name]);
  const asked: string[] = [];
  world.callers[0]?.answered((payload) => asked.push(new TextDecoder().decode(payload)));
  assertEquals(asked, ["ask 1"]);
  world.callers[0]?.send(new TextEncoder().encode("answer"));
  assertEquals(await one.received, "answer");
  await world.close();
});

Deno.test("a virtual port turns away who is not allowed to use it, and counts that", async () => {
  const world = new World("192.0.2.0/24");
  await world.application().send("ask");
  assertEquals([world.callers, world.dropped, world.port.refused], [[], ["sourceNotAllowed"], 1]);
  await world.close();
});

Deno.test("a call for which there is no room is dropped, and tried again with the next datagram", async () => {
  const world = new World();
  const take = world.called;
  world.called = () => false;
  const application = world.application();
  await application.send("one");
  await application.send("two");
  assertEquals([world.callers, world.dropped.includes("flowLimit")], [[], true]);
  world.called = take;
  await application.send("three");
  assertEquals(world.callers.length, 1);
  await world.close();
});

Deno.test("a call that nobody answered for 30 s is given up when others come", async () => {
  const world = new World();
  await world.application().send("unanswered");
  await world.clock.advance(29_999);
  await world.application().send("too soon");
  assertEquals(world.gaveUp, []);
  world.callers[1]?.answered(() => {});
  await world.clock.advance(1_001);
  await world.application().send("later");
  assertEquals(world.gaveUp, world.callers.slice(0, 1));
  await world.clock.advance(60_000);
  await world.application().send("much later");
  assertEquals(world.gaveUp.map((caller) => world.callers.indexOf(caller)), [0, 2]);
  await world.close();
});

Deno.test("a call of a service that holds for longer is waited for as long", async () => {
  const world = new World(undefined, { ...DEFAULT_DATAGRAM_TERMS, holdMs: 60_000 });
  await world.application().send("unanswered");
  await world.clock.advance(59_999);
  await world.application().send("other");
  const asked: string[] = [];
  world.callers[0]?.answered((payload) => asked.push(new TextDecoder().decode(payload)));
  assertEquals([world.gaveUp, asked], [[], ["unanswered"]]);
  await world.close();
});

Deno.test("a mistake of ours with a datagram is logged, and the port goes on", async () => {
  const world = new World();
  const take = world.called;
  world.called = () => {
    throw new TypeError("a mistake of ours");
  };
  await world.application().send("one");
  world.called = take;
  await world.application().send("two");
  assertEquals([world.callers.length, world.log.of("error").length], [1, 1]);
  await world.close();
});

Deno.test("what waits at a virtual port is counted as dropped when the port is closed", async () => {
  const world = new World();
  await world.application().send("held");
  await world.close();
  assertEquals(world.dropped, ["flowEnded"]);
});

Deno.test("a virtual port on an address of another machine cannot be opened", () => {
  const log = new TestLog();
  const gate = new AccessGate([], log, () => 0);
  const open = () =>
    new VirtualDatagramPort({ host: "192.0.2.77", port: 0 }, {
      service: "dns",
      terms: DEFAULT_DATAGRAM_TERMS,
      gate,
      holds: new HoldBudget(),
      tasks: testTasks(new VirtualClock(), log),
    }, { called: () => true, gaveUp: () => {}, dropped: () => {} });
  assertEquals(assertThrows(open, ListenFailed).code, "noSuchAddress");
});
