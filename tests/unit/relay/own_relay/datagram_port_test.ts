import { BytePace } from "../../../../lib/core/relay/byte_pace.ts";
import {
  decodeRelayDatagram,
  encodeRelayDatagram,
  type RelayDatagram,
  routeIn,
} from "../../../../lib/core/relay/relay_datagrams.ts";
import { DatagramPort } from "../../../../lib/relay/own_relay/datagram_port.ts";
import { TaskGroup } from "../../../../lib/relay/run/task_group.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { endpointOf } from "../../../../lib/net/endpoint.ts";
import { eventually } from "../datagram/kit/eventually.ts";
import { UdpEnd } from "../datagram/kit/udp_end.ts";

const ROUTE_BYTES = Uint8Array.fromHex("1122334455667788");
const ROUTE = routeIn(ROUTE_BYTES);
const OTHER_ROUTE = 5n;
const sealedOf = (first: number, length = 40) => new Uint8Array(length).fill(first);

/** The UDP port of a relay on loopback, under a virtual clock. */
class World implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = TaskGroup.root(this.clock, this.log);
  readonly port = new DatagramPort([{ host: "127.0.0.1", port: 0 }], {
    places: () => 16,
    tasks: this.tasks,
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
  }).start();
  readonly served = this.port.seatOf(ROUTE_BYTES);
  carried = 0;
  isSpent = false;

  say(end: UdpEnd, datagram: RelayDatagram): void {
    const bytes = encodeRelayDatagram(datagram, new Uint8Array(2_048));
    end.socket.send(bytes, endpointOf("127.0.0.1", this.port.port));
  }

  /** Attached, and known to be at this end. */
  async seat(end: UdpEnd): Promise<Uint8Array> {
    this.served.attach({
      pace: new BytePace(() => null),
      isSpent: () => this.isSpent,
      carried: (bytes) => this.carried += bytes,
    });
    const token = this.served.token();
    const before = end.got.length;
    this.say(end, { kind: "hello", route: ROUTE, token });
    const welcome = decodeRelayDatagram((await end.hear(before)).bytes);
    assert(welcome?.kind === "welcome");
    assertEquals(welcome.token, token);
    this.say(end, { kind: "keep", route: ROUTE, number: welcome.number });
    const kept = decodeRelayDatagram((await end.hear(before + 1)).bytes);
    assertEquals(kept, { kind: "kept", number: welcome.number });
    return token;
  }

  /** The next datagram that SNAPT gets, which is one of a CNAPT. */
  async carriedTo(snapt: UdpEnd, number: number) {
    const datagram = decodeRelayDatagram((await snapt.hear(number)).bytes);
    assert(datagram?.kind === "carry");
    return datagram;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.port.close();
    this.tasks.close();
    assertEquals(this.log.of("error"), []);
  }
}

Deno.test("a stranger's datagram is counted, and never answered", async () => {
  await using world = new World();
  await using stranger = new UdpEnd();
  await using snapt = new UdpEnd();
  await world.seat(snapt);
  const strange: readonly RelayDatagram[] = [
    { kind: "call", route: OTHER_ROUTE, sealed: sealedOf(1) },
    { kind: "hello", route: ROUTE, token: new Uint8Array(16) },
    { kind: "hello", route: OTHER_ROUTE, token: new Uint8Array(16) },
    { kind: "keep", route: ROUTE, number: 1 },
    { kind: "carry", place: 1, isProven: true, sealed: sealedOf(1) },
    { kind: "kept", number: 1 },
  ];
  for (const datagram of strange) world.say(stranger, datagram);
  stranger.socket.send(sealedOf(0x99), endpointOf("127.0.0.1", world.port.port));
  await eventually(() => world.port.strangers === strange.length + 1);
  assertEquals([stranger.got.length, snapt.got.length, world.carried], [0, 2, 0]);
});

Deno.test("who calls a SNAPT reaches it, and is answered at the place that it has", async () => {
  await using world = new World();
  await using snapt = new UdpEnd();
  await using laptop = new UdpEnd();
  await using phone = new UdpEnd();
  await world.seat(snapt);
  world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(1) });
  const ofLaptop = await world.carriedTo(snapt, 2);
  assertEquals(ofLaptop.sealed, sealedOf(1));
  world.say(phone, { kind: "call", route: ROUTE, sealed: sealedOf(2) });
  const ofPhone = await world.carriedTo(snapt, 3);
  assert(ofPhone.place !== ofLaptop.place);

  const { place } = ofLaptop;
  // More than came from there is not sent to who has proven nothing.
  world.say(snapt, { kind: "carry", place, isProven: false, sealed: sealedOf(3, 41) });
  world.say(snapt, { kind: "carry", place, isProven: false, sealed: sealedOf(4, 40) });
  world.say(snapt, { kind: "carry", place, isProven: true, sealed: sealedOf(5, 1_200) });
  assertEquals((await laptop.hear(1)).bytes, sealedOf(5, 1_200));
  assertEquals(laptop.got.map(({ bytes }) => bytes[0]), [4, 5]);
  assertEquals(phone.got.length, 0);
});

Deno.test("a token seats one SNAPT only, at the address that has answered", async () => {
  await using world = new World();
  await using snapt = new UdpEnd();
  await using listener = new UdpEnd();
  const token = await world.seat(snapt);
  world.say(listener, { kind: "hello", route: ROUTE, token });
  world.say(listener, { kind: "call", route: ROUTE, sealed: sealedOf(1) });
  await world.carriedTo(snapt, 2); // still where it was
  assertEquals(listener.got.length, 0);

  // A hello without a number said from there: nothing is sent to where SNAPT perhaps is not.
  const another = world.served.token();
  world.say(listener, { kind: "hello", route: ROUTE, token: another });
  await listener.hear(0);
  world.say(listener, { kind: "call", route: ROUTE, sealed: sealedOf(2) });
  assertEquals((await world.carriedTo(snapt, 3)).sealed, sealedOf(2));
});

Deno.test("a SNAPT that a NAT gave another address is there with another token", async () => {
  await using world = new World();
  await using before = new UdpEnd();
  await using after = new UdpEnd();
  await using laptop = new UdpEnd();
  await world.seat(before);
  world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(1) });
  const { place } = await world.carriedTo(before, 2);
  await world.seat(after);
  world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(2) });
  assertEquals((await world.carriedTo(after, 2)).place, place, "its place is the same");
  world.say(before, { kind: "carry", place, isProven: true, sealed: sealedOf(3) });
  world.say(after, { kind: "carry", place, isProven: true, sealed: sealedOf(4) });
  assertEquals((await laptop.hear(0)).bytes, sealedOf(4));
});

Deno.test("without a control connection nothing is carried, and what is silent for long is not there", async () => {
  await using world = new World();
  await using snapt = new UdpEnd();
  await using laptop = new UdpEnd();
  await world.seat(snapt);
  world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(1) });
  const { place } = await world.carriedTo(snapt, 2);
  world.served.detach();
  world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(2) });
  world.say(snapt, { kind: "carry", place, isProven: true, sealed: sealedOf(3) });
  await eventually(() => world.port.strangers === 1);
  assertEquals([snapt.got.length, laptop.got.length], [3, 0]);

  await world.seat(snapt);
  await world.clock.advance(70_000);
  const { strangers } = world.port;
  world.say(snapt, { kind: "carry", place, isProven: true, sealed: sealedOf(3) });
  await eventually(() => world.port.strangers > strangers);
  assertEquals(laptop.got.length, 0);
});

Deno.test("what a SNAPT may carry is kept to for datagrams too", async () => {
  await using world = new World();
  await using snapt = new UdpEnd();
  await using laptop = new UdpEnd();
  await world.seat(snapt);
  const carried = (bytes: number) => world.carried += bytes;
  const pace = new BytePace(() => 1_000);
  world.served.attach({ pace, isSpent: () => world.isSpent, carried });
  for (let i = 0; i < 20; i++) {
    world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(i, 500) });
  }
  world.say(laptop, { kind: "call", route: OTHER_ROUTE, sealed: sealedOf(1) });
  await eventually(() => world.port.strangers === 1); // all before it were looked at
  assertEquals(world.carried, 1_500);
  await world.clock.advance(10_000);
  world.isSpent = true; // its month
  world.say(laptop, { kind: "call", route: ROUTE, sealed: sealedOf(1) });
  world.say(laptop, { kind: "call", route: OTHER_ROUTE, sealed: sealedOf(1) });
  await eventually(() => world.port.strangers === 2);
  assertEquals(world.carried, 1_500);
});
