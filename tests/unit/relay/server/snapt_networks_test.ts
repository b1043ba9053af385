import type { PlaceAdvice } from "../../../../lib/core/wire/places_message.ts";
import type { NetworkInterface } from "../../../../lib/net/interfaces.ts";
import {
  NetworkImpossible,
  type ReachedSession,
  SnaptNetworks,
} from "../../../../lib/relay/server/snapt_networks.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const { signal } = new AbortController();

function device(name: string, address: string, state: "up" | "down" = "up"): NetworkInterface {
  return { name, kind: "ordinary", state, addresses: [{ address, family: 4 }] };
}

/** A SNAPT with two networks, whose relays and CNAPTs do what a test says. */
class World {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  interfaces = [device("eth0", "10.0.0.5"), device("wlan0", "10.1.0.5")];
  sessions: ReachedSession[] = [];
  /** What happened, in order. */
  readonly done: string[] = [];
  relays: "attached" | "absent" = "attached";
  /** What a CNAPT does that is advised to leave. */
  leave: (client: ReachedSession) => ReachedSession = (client) => client;
  readonly networks = new SnaptNetworks({
    relays: this.#relays(),
    sessions: () => this.sessions,
    tell: (adviceOf) => this.#tell(adviceOf),
    placesChanged: () => this.done.push(`places of ${this.networks.chosen ?? "all"}`),
    tasks: this.tasks,
    log: this.log,
    interfaces: () => this.interfaces,
  });

  #relays() {
    const areAttached = () => this.relays === "attached";
    return {
      networksChanged: (addresses: ReadonlySet<string>) =>
        this.done.push(`addresses ${[...addresses].join(" ")}`),
      renew: () => this.done.push("relays anew"),
      get areAttached() {
        return areAttached();
      },
    };
  }

  #tell(adviceOf: (localAddress: string | null) => PlaceAdvice): void {
    this.sessions = this.sessions.map((one) => {
      const advice = adviceOf(one.localAddress);
      this.done.push(`${one.client}: ${advice}`);
      return advice === "leave" ? this.leave(one) : one;
    });
  }
}

function kindOfVia({ networks: { via } }: World): string {
  return via.kind === "device" ? via.device : via.kind;
}

Deno.test("SNAPT comes to its relays by the network and has those move that are elsewhere", async () => {
  const world = new World();
  world.sessions = [
    { client: "laptop", localAddress: "[::ffff:10.0.0.5]:7787" },
    { client: "phone", localAddress: "10.1.0.5:7787" },
    { client: "tablet", localAddress: null },
  ];
  world.leave = ({ client }) => ({ client, localAddress: "10.1.0.5:7787" });
  const switching = world.networks.switchTo("wlan0", signal);
  await world.clock.advance(20_000);
  const { network, clients } = await switching;
  assertEquals(world.done, [
    ...["places of wlan0", "relays anew", "laptop: leave", "phone: stay", "tablet: stay"],
  ]);
  assertEquals([network, ...clients.map(({ client, outcome }) => `${client} ${outcome}`)], [
    ...["wlan0", "laptop moved", "phone moved", "tablet away"],
  ]);
  assertEquals(world.networks.via, { kind: "device", device: "wlan0", addresses: ["10.1.0.5"] });
});

Deno.test("a CNAPT that finds no way to the network is named, after ten seconds", async () => {
  const world = new World();
  world.sessions = [{ client: "laptop", localAddress: "10.0.0.5:7787" }];
  const begun = world.clock.now();
  const switching = world.networks.switchTo("wlan0", signal);
  await world.clock.advance(30_000);
  const { clients } = await switching;
  assertEquals(clients, [{ client: "laptop", outcome: "stays" }]);
  assert(world.clock.now() - begun >= 10_000);
});

Deno.test("nobody is told to leave before the relays are there, and none is waited for long", async () => {
  const world = new World();
  world.relays = "absent";
  world.sessions = [{ client: "laptop", localAddress: "10.0.0.5:7787" }];
  const switching = world.networks.switchTo("wlan0", signal);
  await world.clock.advance(1_000);
  assertEquals(world.done, ["places of wlan0", "relays anew"]);
  await world.clock.advance(2_500);
  assertEquals(world.done.at(-1), "laptop: leave");
  await world.clock.advance(20_000);
  await switching;
});

Deno.test("all networks are told again when the chosen one is gone, or on request", async () => {
  const world = new World();
  await world.networks.switchTo("wlan0", signal);
  world.interfaces = [device("eth0", "10.0.0.5"), device("wlan0", "10.1.0.5", "down")];
  world.networks.changed();
  assertEquals([world.networks.chosen, kindOfVia(world)], [null, "eth0"]);
  assert(world.log.lines.some((line) => line.includes("network-gone")));
  world.interfaces = [device("wlan0", "10.1.0.5")];
  await world.networks.switchTo("wlan0", signal);
  assertEquals(await world.networks.switchTo(null, signal), { network: null, clients: [] });
  assertEquals([world.networks.chosen, world.done.at(-1)], [null, "places of all"]);
});

Deno.test("a network that is not there, or has no cable, is refused and nothing is changed", async () => {
  const world = new World();
  world.interfaces = [device("eth0", "10.0.0.5"), device("wlan0", "10.1.0.5", "down")];
  for (const network of ["eth9", "wlan0", ""]) {
    const { message } = await assertRejects(
      () => world.networks.switchTo(network, signal),
      NetworkImpossible,
    );
    assert(
      message.endsWith("there is no such interface with an address (there is: eth0)"),
      message,
    );
  }
  assertEquals([world.done, world.networks.chosen], [[], null]);
});

Deno.test("relays are dialled over a network that lives while the cable of another is pulled", () => {
  const world = new World();
  assertEquals(world.networks.via, { kind: "any" });
  world.interfaces = [device("eth0", "10.0.0.5", "down"), device("wlan0", "10.1.0.5")];
  assertEquals(world.networks.via, { kind: "device", device: "wlan0", addresses: ["10.1.0.5"] });
  world.networks.changed();
  assertEquals(world.done, ["addresses 10.1.0.5"]);
  world.interfaces = [device("eth0", "10.0.0.5", "down")];
  assertEquals(world.networks.via, { kind: "any" });
});

Deno.test("relays hear of the first and the last of many changes, and of few between them", async () => {
  const world = new World();
  for (let event = 0; event < 500; event++) {
    world.networks.changed();
    await world.clock.advance(2);
  }
  const heard = world.done.length;
  assert(heard >= 2 && heard <= 6, `${heard} times in a second`);
  world.interfaces = [device("eth0", "10.9.0.5")];
  world.networks.changed();
  await world.clock.advance(1_000);
  assertEquals(world.done.at(-1), "addresses 10.9.0.5");
  world.tasks.close();
});

Deno.test("who is to leave hears it again with other places, and no more when that is over", async () => {
  const world = new World();
  world.sessions = [{ client: "laptop", localAddress: "10.0.0.5:7787" }];
  const switching = world.networks.switchTo("wlan0", signal);
  await world.clock.advance(100);
  world.interfaces = [device("eth0", "10.0.0.5"), device("wlan0", "10.1.0.6")];
  world.networks.tellPlaces();
  assertEquals(world.done.slice(-2), ["laptop: leave", "laptop: leave"]);
  await world.clock.advance(20_000);
  await switching;
  world.interfaces = [device("eth0", "10.0.0.5")];
  world.networks.changed();
  const told = world.done.slice(world.done.lastIndexOf("places of all"));
  assertEquals(told, ["places of all", "laptop: stay", "addresses 10.0.0.5"]);
  world.tasks.close();
});
