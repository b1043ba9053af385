import {
  decodeRelayDatagram,
  encodeRelayDatagram,
  type RelayDatagram,
  routeIn,
} from "../../../../lib/core/relay/relay_datagrams.ts";
import type { RelayMessage } from "../../../../lib/core/relay/relay_messages.ts";
import type { DatagramPath } from "../../../../lib/net/datagram_listener.ts";
import {
  RelayAssociation,
  type RelayedDatagrams,
} from "../../../../lib/relay/own_relay/relay_association.ts";
import type { Via } from "../../../../lib/net/via.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { eventually } from "../datagram/kit/eventually.ts";
import { UdpEnd } from "../datagram/kit/udp_end.ts";

const ROUTE_BYTES = Uint8Array.fromHex("1122334455667788");
const TOKEN = new Uint8Array(16).fill(3);
const sealedOf = (first: number) => new Uint8Array(40).fill(first);

/** A SNAPT at a relay that the test plays. */
class World implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  readonly relay = new UdpEnd();
  readonly said: RelayMessage[] = [];
  readonly got: { readonly first: number | undefined; readonly path: DatagramPath }[] = [];
  receiver: RelayedDatagrams | null = {
    received: (sealed, path) => this.got.push({ first: sealed[0], path }),
    notSent: () => {},
  };
  via: Via = { kind: "any" };
  readonly association = new RelayAssociation({
    name: "vps",
    route: ROUTE_BYTES,
    receiver: () => this.receiver,
    via: () => this.via,
    tasks: this.tasks,
    log: this.log,
  });

  attach(): void {
    this.association.attach(this.relay.endpoint, (message) => this.said.push(message));
  }

  async heard(number: number): Promise<RelayDatagram | null> {
    return decodeRelayDatagram((await this.relay.hear(number)).bytes);
  }

  async say(datagram: RelayDatagram): Promise<void> {
    const { from } = await this.relay.hear(0);
    this.relay.socket.send(encodeRelayDatagram(datagram, new Uint8Array(2_048)), from);
  }

  async joined(): Promise<void> {
    this.attach();
    this.association.offered(TOKEN);
    await this.heard(0);
    await this.say({ kind: "welcome", token: TOKEN, number: 7 });
    await this.heard(1);
    await this.say({ kind: "kept", number: 7 });
    await eventually(() => this.association.isJoined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.association.detach();
    this.tasks.close();
    await this.tasks.done();
    await this.relay[Symbol.asyncDispose]();
    assertEquals(this.log.of("error"), []);
  }
}

Deno.test("SNAPT asks for a token, says hello with it, and says that it is there", async () => {
  await using world = new World();
  await world.joined();
  const route = routeIn(ROUTE_BYTES);
  assertEquals(world.said, [{ kind: "wantDatagrams" }]);
  assertEquals(await world.heard(0), { kind: "hello", route, token: TOKEN });
  assertEquals(await world.heard(1), { kind: "keep", route, number: 7 });
  assert(world.log.of("info").some((line) => line.includes("relay-udp")));
  await world.clock.advance(15_000);
  assertEquals(await world.heard(2), { kind: "keep", route, number: 7 });
});

Deno.test("what the relay carries is taken, and answered at its place, also when that is proven", async () => {
  await using world = new World();
  await world.joined();
  await world.say({ kind: "carry", place: 9, isProven: false, sealed: sealedOf(1) });
  await eventually(() => world.got.length === 1);
  const path = world.got[0]?.path;
  assert(path?.relayed !== undefined);
  path.socket.send(sealedOf(2), path.peer);
  const carry = { kind: "carry", place: 9, sealed: sealedOf(2) } as const;
  assertEquals(await world.heard(2), { ...carry, isProven: false });
  path.relayed.proven();
  path.socket.send(sealedOf(2), path.peer);
  assertEquals(await world.heard(3), { ...carry, isProven: true });

  // After the control connection came back it leads by the socket that there is then.
  world.attach();
  path.socket.send(sealedOf(2), path.peer);
  assertEquals(await world.heard(4), { ...carry, isProven: true });
  const [before, after] = [await world.relay.hear(3), await world.relay.hear(4)];
  assert(before.from.key !== after.from.key);
});

Deno.test("what others than the relay send to the socket is not heard", async () => {
  await using world = new World();
  await world.joined();
  await using stranger = new UdpEnd();
  const { from } = await world.relay.hear(0);
  const bytes = (place: number) =>
    encodeRelayDatagram(
      { kind: "carry", place, isProven: false, sealed: sealedOf(place) },
      new Uint8Array(99),
    );
  stranger.socket.send(bytes(1), from);
  world.relay.socket.send(bytes(2), from);
  await eventually(() => world.got.length > 0);
  assertEquals(world.got.map(({ first }) => first), [2]);
});

Deno.test("a relay without UDP, and a port that is shut, are said once", async () => {
  await using world = new World();
  world.attach();
  world.association.offered(null);
  assert(world.log.of("info").join().includes("the relay has no UDP port"));
  world.attach();
  world.association.offered(TOKEN);
  await world.clock.advance(120_000);
  const told = world.log.of("info").filter((line) => line.includes("does not answer"));
  assertEquals(told.length, 1);
  assertEquals(world.association.isJoined, false);
  assertEquals(world.said.every(({ kind }) => kind === "wantDatagrams"), true);
});

Deno.test("where nothing wants datagrams, nothing is asked for until something does", async () => {
  await using world = new World();
  const { receiver } = world;
  world.receiver = null;
  world.attach();
  await world.clock.advance(20_000);
  assertEquals(world.said, []);
  world.receiver = receiver;
  await world.clock.advance(5_000);
  assertEquals(world.said, [{ kind: "wantDatagrams" }]);
});

Deno.test("a socket that cannot be had now is asked for again, and that is said once", async () => {
  await using world = new World();
  world.via = { kind: "address", address: "192.0.2.77" };
  world.attach();
  await world.clock.advance(20_000);
  assertEquals([world.said, world.log.of("info").length], [[], 1]);
  world.via = { kind: "any" };
  await world.clock.advance(5_000);
  assertEquals(world.said, [{ kind: "wantDatagrams" }]);
});
