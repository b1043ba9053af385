import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { OfferedClientService } from "../../../../lib/core/wire/client_service_messages.ts";
import { parseSourceRange } from "../../../../lib/core/access/source_list.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { ListenFailed, toListenFailed } from "../../../../lib/net/listen.ts";
import {
  type ClientServicePolicy,
  NoVirtualAddress,
} from "../../../../lib/relay/access/client_service_policy.ts";
import { ClientServicePorts } from "../../../../lib/relay/client_service/client_service_ports.ts";
import type { WaitingCaller } from "../../../../lib/relay/client_service/waiting_calls.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";
import { MemoryListener } from "../server/kit/memory_listener.ts";

const WEB: OfferedClientService = { name: "web", port: 80, protocol: "tcp" };
const MAIL: OfferedClientService = { name: "mail", port: 25, protocol: "tcp" };

/** Ports that exist in memory only. */
class World {
  readonly log = new TestLog();
  readonly tasks = testTasks(new VirtualClock(), this.log);
  readonly calls: { service: string; source: string; caller: WaitingCaller }[] = [];
  readonly listeners = new Map<number, MemoryListener>();
  hasRoom = true;
  /** Thrown by what listens on a port. */
  failure: Error | null = null;
  readonly policy: ClientServicePolicy = {
    refusalOf: ({ name }) => name === "secret" ? "it is not allowed to this CNAPT" : null,
    address: () => Promise.resolve("192.0.2.2"),
    listen: ({ port }) => {
      if (this.failure !== null) throw this.failure;
      const listener = new MemoryListener();
      this.listeners.set(port, listener);
      return listener;
    },
    rules: [],
    mayUseDatagrams: false,
    allow: [parseSourceRange("198.51.100.0/24")],
  };
  readonly memory = new MemoryBudget(1e6);
  readonly ports = this.portsUnder(this.policy);

  portsUnder(policy: ClientServicePolicy | null): ClientServicePorts {
    return new ClientServicePorts({
      policy,
      called: (service, source, caller) => {
        if (this.hasRoom) this.calls.push({ service, source, caller });
        return this.hasRoom;
      },
      dropped: () => {},
      gaveUp: () => {},
      memory: this.memory,
      tasks: this.tasks,
      log: this.log,
    });
  }
}

Deno.test("a port that is open passes server applications on, with where they come from", async () => {
  const world = new World();
  const outcomes = await world.ports.open([WEB]);
  assertEquals(outcomes, [{ name: "web", address: "192.0.2.2:7787", reason: "" }]);
  world.listeners.get(80)?.connect("198.51.100.9:999");
  await settle();
  assertEquals(world.calls.map(({ service, source }) => [service, source]), [
    ["web", "198.51.100.9:999"],
  ]);
  assertEquals(world.calls[0]?.caller.kind, "stream");
});

Deno.test("a server application for which there is no room is reset", async () => {
  const world = new World();
  await world.ports.open([WEB]);
  world.hasRoom = false;
  const application = world.listeners.get(80)?.connect();
  const { code } = await assertRejects(async () => await application?.readNext(), ConnFailed);
  assertEquals(code, "reset");
});

Deno.test("a host that is not allowed to use a client service is turned away, and counted in its row", async () => {
  const world = new World();
  await world.ports.open([WEB]);
  const application = world.listeners.get(80)?.connect("203.0.113.1:1");
  await assertRejects(async () => await application?.readNext(), ConnFailed);
  assertEquals([world.calls, world.ports.snapshot()[0]?.refused], [[], 1]);
});

Deno.test("a service that is refused has its reason, and the others are opened", async () => {
  const world = new World();
  const outcomes = await world.ports.open([{ ...WEB, name: "secret" }, MAIL]);
  assertEquals(outcomes, [
    { name: "mail", address: "192.0.2.2:7787", reason: "" },
    { name: "secret", address: "", reason: "it is not allowed to this CNAPT" },
  ]);
  assertEquals([...world.listeners.keys()], [25]);
  assertEquals(world.log.of("warn").length, 1);
});

Deno.test("nothing is opened where SNAPT has no virtual addresses", async () => {
  const world = new World();
  const [outcome] = await world.portsUnder(null).open([WEB]) ?? [];
  assert(outcome?.reason.includes("no virtual addresses"), outcome?.reason);
  assertEquals(world.listeners.size, 0);
});

Deno.test("a port that another program has is named in the reason", async () => {
  const world = new World();
  world.failure = new ListenFailed("taken", "Cannot listen: whatever");
  const [outcome] = await world.ports.open([WEB]) ?? [];
  assertEquals(outcome?.reason, "port 80 of the virtual address is taken by another program");
});

Deno.test("a CNAPT for which there is no virtual address hears why, and keeps its session", async () => {
  const world = new World();
  const none = new NoVirtualAddress("no virtual address is free: enlarge virtual.addresses");
  const ports = world.portsUnder({ ...world.policy, address: () => Promise.reject(none) });
  const [outcome] = await ports.open([WEB]) ?? [];
  assertEquals(outcome, { name: "web", address: "", reason: none.message });
  assertEquals(world.log.of("error"), []);
});

Deno.test("a reason that is too long for the message is cut between characters", async () => {
  const world = new World();
  world.failure = new ListenFailed("other", "ä".repeat(100));
  const [outcome] = await world.ports.open([WEB]) ?? [];
  assertEquals(outcome?.reason, "ä".repeat(48));
  assertEquals(world.ports.snapshot()[0]?.reason, "ä".repeat(100));
});

Deno.test("a mistake of ours in opening a port reaches the session", async () => {
  const world = new World();
  world.failure = new TypeError("a mistake of ours");
  await assertRejects(() => world.ports.open([WEB]), TypeError, "a mistake of ours");
});

Deno.test("ports that are not offered any more are closed", async () => {
  const world = new World();
  await world.ports.open([WEB]);
  await world.ports.open([MAIL]);
  assertEquals(await world.listeners.get(80)?.accept(), null);
  assertEquals(world.ports.snapshot().map(({ name }) => name), ["mail"]);
});

Deno.test("no port is opened any more when the session has ended meanwhile", async () => {
  const world = new World();
  const address = Promise.withResolvers<string>();
  const ports = world.portsUnder({ ...world.policy, address: () => address.promise });
  const opened = ports.open([WEB]);
  ports.close();
  address.resolve("192.0.2.2");
  assertEquals(await opened, null);
  assertEquals(world.listeners.size, 0);
  await world.tasks.done();
});

Deno.test("only the newest offer is open when it comes before the one before it was done", async () => {
  const world = new World();
  const address = Promise.withResolvers<string>();
  const ports = world.portsUnder({ ...world.policy, address: () => address.promise });
  const first = ports.open([WEB, MAIL]);
  const second = ports.open([MAIL]);
  address.resolve("192.0.2.2");
  assertEquals(await first, null);
  assertEquals((await second)?.map(({ name }) => name), ["mail"]);
  assertEquals(ports.snapshot().map(({ name }) => name), ["mail"]);
  assertEquals([...world.listeners.keys()], [25]);
});

/** What listening fails with when the system has refused a descriptor just now. */
function exhausted(): ListenFailed {
  const cause = Object.assign(new Error("Too many open files"), { code: "EMFILE" });
  return toListenFailed(cause, { host: "192.0.2.2", port: 80 });
}

Deno.test("a port is opened as soon as there is a descriptor for it", async () => {
  const world = new World();
  world.failure = exhausted();
  const opening = world.ports.open([WEB]);
  await settle();
  world.failure = null;
  assertEquals(await opening, [{ name: "web", address: "192.0.2.2:7787", reason: "" }]);
});

Deno.test("nobody waits for a descriptor any more when another offer has come", async () => {
  const world = new World();
  world.failure = exhausted();
  const opening = world.ports.open([WEB]);
  await settle();
  world.ports.close();
  assertEquals(await opening, null);
});

Deno.test("what is offered again as it was stays open, what is not offered any more is closed", async () => {
  const world = new World();
  await world.ports.open([WEB, MAIL]);
  const [web, mail] = [world.listeners.get(80), world.listeners.get(25)];
  await world.ports.open([WEB]);
  await settle();
  assertEquals([world.listeners.get(80) === web, mail?.isClosed], [true, true]);
  web?.connect("198.51.100.9:999");
  await settle();
  assertEquals(world.calls.length, 1);
  await world.ports.open([{ ...WEB, port: 8080 }]);
  assertEquals([web?.isClosed, world.ports.snapshot().length], [true, 1]);
});

Deno.test("another policy closes what it does not allow, opens what it does, and leaves the rest", async () => {
  const world = new World();
  const secret = { ...WEB, name: "secret", port: 443 };
  await world.ports.open([WEB, MAIL, secret]);
  const [web, mail] = [world.listeners.get(80), world.listeners.get(25)];
  const outcomes = await world.ports.usePolicy({
    ...world.policy,
    refusalOf: ({ name }) => name === "mail" ? "not any more" : null,
  });
  assertEquals(outcomes?.map(({ name, reason }) => [name, reason]), [
    ["web", ""],
    ["secret", ""],
    ["mail", "not any more"],
  ]);
  assertEquals([world.listeners.get(80) === web, mail?.isClosed], [true, true]);
  assertEquals(await world.portsUnder(null).usePolicy(world.policy), null, "nothing was offered");
});
