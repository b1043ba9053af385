import { recordLimitBytes } from "../../../../lib/core/session/session_limits.ts";
import { MAX_CLIENT_SERVICES } from "../../../../lib/core/wire/client_service_messages.ts";
import { DropCounters } from "../../../../lib/core/datagram/drop_counters.ts";
import { deriveDatagramKeys } from "../../../../lib/relay/datagram/sealing/datagram_keys.ts";
import { SnaptFlows } from "../../../../lib/relay/datagram/snapt_flows.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { DestinationNotAllowed } from "../../../../lib/relay/access/destination_access.ts";
import { assert, assertEquals, assertRejects } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { SNAPT_SETTINGS } from "../../core/session/session_settings.ts";
import { SessionPair } from "./kit/session_pair.ts";

Deno.test("SNAPT's session names its services, and where its control link comes from", async () => {
  const { snapt, announced } = await SessionPair.connected("a");
  assertEquals([announced, snapt?.remoteAddress], [["ssh"], "a.1:40000"]);
  assertEquals([snapt?.clientServices, snapt?.flows], [[], null]);
});

for (
  const [what, error, lines] of [
    ["a service that is out of reach", new ConnFailed("refused", "no"), ["warn", "warn"]],
    ["a rule against it", new DestinationNotAllowed("no"), ["warn", "warn"]],
    ["a mistake of ours in the opening", new TypeError("planted"), ["error"]],
  ] as const
) {
  Deno.test(`${what} ends the stream, and the session goes on`, async () => {
    const pair = await SessionPair.connected("a");
    pair.openService = () => Promise.reject(error);
    const before = pair.world.log.lines.length;
    const client = pair.open();
    await pair.world.clock.advance(500);
    await assertRejects(() => client.readNext(), ConnFailed);
    const told = pair.world.log.lines.slice(before)
      .filter((line) => /service-unreachable|stream-reset|internal-error/.test(line));
    assert(told.map((line) => line.split(" ")[0]).includes(lines[0]), told.join("\n"));
    assertEquals(told.some((line) => line.startsWith("error")), lines[0] === "error");
    assertEquals([pair.ended, pair.snapt?.session.streams.size], [[], 0]);
  });
}

Deno.test("a switch that is too late is refused on its link, and the session stays", async () => {
  const pair = await SessionPair.connected("a");
  const { snapt, world } = pair;
  const parked = world.openAt("a").find(({ link }) => link.isParked);
  assert(snapt !== null && parked !== undefined);
  snapt.takeFirst(parked.link, {
    kind: "switchUnexpected",
    instance: "ffffffffffffffff",
    epoch: 9,
    recordReceived: 0,
  });
  await world.clock.advance(1_500);
  assertEquals([parked.link.isOpen, snapt.session.state, pair.ended], [false, "connected", []]);
});

Deno.test("a mistake with a switch message ends the session, not the program", async () => {
  const pair = await SessionPair.connected("a");
  assert(pair.snapt !== null);
  pair.snapt.session.switchReceived = () => {
    throw new TypeError("planted");
  };
  pair.driver.providerLost("a", "pulled");
  await pair.world.clock.advance(2_000);
  assertEquals(pair.world.log.of("error").length, 1);
  assert(pair.world.log.of("error")[0]?.includes("session/switch"));
  await settle();
  assertEquals(pair.snapt.session.streams.size, 0);
});

Deno.test("refused client services that nobody acknowledges end the session, with bounded memory", async () => {
  const pair = await SessionPair.connected("a");
  const { snapt, world } = pair;
  const control = snapt?.session.controlLink ?? null;
  assert(snapt !== null && control !== null);
  const services = Array.from({ length: MAX_CLIENT_SERVICES }, (_, i) => ({
    name: `service-${i}`,
    port: 1_000 + i,
    protocol: "tcp" as const,
  }));
  const limit = recordLimitBytes(SNAPT_SETTINGS.limits);
  // What CNAPT would acknowledge is lost; it is heard, but says nothing of what it has.
  snapt.session.record.acknowledge = () => {};
  let most = 0;
  let offers = 0;
  for (; offers < 10_000 && pair.ended.length === 0; offers++) {
    const offer = { kind: "offerClientServices", sequence: offers + 1, services } as const;
    snapt.apply(snapt.session.controlReceived(control, offer, world.clock.now()));
    await settle();
    most = Math.max(most, snapt.session.memoryBytes);
  }
  assert(offers < 1_000, `it ended after ${offers} offers`);
  assert(most > limit / 2 && most <= limit, `${most} bytes`);
  const [reason = ""] = pair.ended;
  assert(/^Cannot keep more than \d+ messages: the peer does not acknowledge them$/.test(reason));
  assertEquals(snapt.session.memoryBytes, 0);
  const told = world.log.of("warn").filter((line) => line.includes("protocol-violation"));
  assertEquals([told.length, world.log.of("error")], [1, []]);
});

Deno.test("a link for datagrams is given up when CNAPT takes no answer on it", async () => {
  const pair = new SessionPair("a");
  const { world } = pair;
  const offer = { protection: "signed", tag: 7, secret: "00".repeat(32), flows: 10 } as const;
  const keys = deriveDatagramKeys(new Uint8Array(32), offer);
  pair.snaptFlows = new SnaptFlows({
    offer: { ...offer, services: [] },
    keys: { ...offer, sending: keys.snapt, receiving: keys.cnapt },
    rules: [],
    drops: new DropCounters(),
    findServer: () => Promise.reject(new TypeError("Cannot find: not tested here")),
    tasks: world.site,
    log: world.log,
    send: () => {},
    bindAddress: () => {},
  });
  pair.driver.start();
  await settle();
  const { snapt } = pair;
  const parked = world.openAt("a").find(({ link }) => link.isParked);
  assert(snapt !== null && parked !== undefined);
  parked.conn.write = () => new Promise(() => {});
  const { instance, epoch } = snapt.session;
  snapt.bindDatagrams(parked.link, {
    kind: "bindDatagrams",
    instance,
    epoch,
    binding: 1,
    above: 0,
  });
  await settle();
  assertEquals(parked.link.isOpen, true);
  await world.clock.advance(5_000);
  assertEquals([parked.link.isOpen, pair.ended], [false, []]);
});
