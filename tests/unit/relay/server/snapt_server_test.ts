import type { Bind, Message } from "../../../../lib/core/wire/message.ts";
import type { Link } from "../../../../lib/relay/link/link.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { openingOf, tcpService } from "../../../opening.ts";
import { CLIENT, idOf, KEY, ServerWorld } from "./kit/server_world.ts";

Deno.test("CONNECT starts a session, which the snapshot shows", async () => {
  const world = new ServerWorld();
  const link = await world.connect();
  await world.park();
  assertEquals((await link.nextMessage())?.kind, "ack");
  const { sessions, counters, memoryBytes } = world.server.snapshot();
  assertEquals(
    sessions.map(({ client, state, from, parkedLinks, streams }) => ({
      client,
      state,
      from,
      parkedLinks,
      streams,
    })),
    [{
      client: "laptop",
      state: "connected",
      from: "198.51.100.1:40000",
      parkedLinks: 1,
      streams: 0,
    }],
  );
  assertEquals(counters.sessions, 1);
  const [served] = world.server.sessions.values();
  assertEquals(memoryBytes, served?.driver.session.record.keptBytes, "what it has yet to be told");
  await world.stop();
  assertEquals(world.server.snapshot().sessions, []);
});

Deno.test("a CNAPT that starts anew takes the place of its own session", async () => {
  const world = new ServerWorld();
  await world.connect(1, "0000000000000001");
  await world.connect(1, "0000000000000002");
  const instances = [...world.server.sessions.values()].map(({ driver }) =>
    driver.session.instance
  );
  assertEquals(instances, ["0000000000000002"]);
  await world.stop();
});

Deno.test("one CNAPT more than there is room for is refused, and a returning one is not", async () => {
  const world = new ServerWorld();
  await world.connect(1);
  await world.connect(2);
  const third = await world.connect(3);
  const refused = await third.nextMessage();
  assertEquals(refused?.kind === "refused" && refused.code, "full");
  await world.connect(2, "0000000000000009");
  assertEquals([world.server.sessions.size, world.server.counters.refused], [2, 1]);
  const stopping = world.stop();
  await world.clock.advance(1_000);
  await stopping;
});

for (
  const [what, message, code] of [
    ["a switch of a session that is gone", {
      kind: "switchUnexpected",
      instance: "0000000000000001",
      epoch: 1,
      recordReceived: 0,
    }, "unknownSession"],
    ["a frame that no link begins with", { kind: "okToRedirection", epoch: 0 }, "malformed"],
  ] as const
) {
  Deno.test(`${what} is refused as ${code}`, async () => {
    const world = new ServerWorld();
    const link = await world.park();
    link.send(message);
    const refused = await link.nextMessage();
    assertEquals(refused?.kind === "refused" && refused.code, code);
    await world.stop();
  });
}

Deno.test("a mistake that keeps a session from starting is refused and logged; others go on", async () => {
  const world = new ServerWorld();
  await world.connect(1);
  const { log } = world;
  const { with: withFields } = log;
  log.with = () => {
    log.with = withFields;
    throw new TypeError("planted");
  };
  const link = await world.connect(2);
  const refused = await link.nextMessage();
  assertEquals(refused?.kind === "refused" && refused.code, "shuttingDown");
  assertEquals([log.of("error").length, world.server.sessions.size], [1, 1]);
  await world.connect(2);
  assertEquals(world.server.sessions.size, 2);
  const stopping = world.stop();
  await world.clock.advance(1_000);
  await stopping;
});

/** Everything that SNAPT says on a control link until it closes it. */
async function saidOn(control: Link): Promise<Message[]> {
  const said: Message[] = [];
  for (let one = await control.nextMessage(); one !== null; one = await control.nextMessage()) {
    said.push(one);
  }
  return said;
}

Deno.test("a CNAPT whose session another one took is told who did, and does not get it back", async () => {
  const world = new ServerWorld();
  const first = await world.connect(1, "0000000000000001");
  await world.connect(1, "0000000000000002");
  const last = (await saidOn(first)).at(-1);
  assert(last?.kind === "refused" && last.code === "displaced");
  assert(
    last.sentence.startsWith("another CNAPT with the same ticket has connected, from 198.51.100."),
    last.sentence,
  );
  for (
    const message of [
      { kind: "connect", instance: "0000000000000003", claim: "ifFree" },
      { kind: "switchUnexpected", instance: "0000000000000001", epoch: 1, recordReceived: 0 },
    ] as const
  ) {
    const parked = await world.park();
    parked.send(message);
    const refused = await parked.nextMessage();
    assertEquals(refused?.kind === "refused" && refused.code, "displaced", message.kind);
  }
  const [session] = world.server.sessions.values();
  assertEquals(session?.driver.session.instance, "0000000000000002");
  assert(world.log.of("info").some((line) => line.includes("another CNAPT with the same ticket")));
  session?.driver.end();
  const parked = await world.park();
  parked.send({ kind: "connect", instance: "0000000000000004", claim: "ifFree" });
  assertEquals((await parked.nextMessage())?.kind, "ack");
  const stopping = world.stop();
  await world.clock.advance(1_000);
  await stopping;
});

Deno.test("a CNAPT that is started anew after its link was lost is no other one", async () => {
  const world = new ServerWorld();
  (await world.connect(1, "0000000000000001")).close();
  await settle();
  await world.connect(1, "0000000000000002");
  assertEquals(world.server.sessions.size, 1);
  const ends = world.log.of("info").filter((line) => line.includes("session-ended"));
  assert(ends[0]?.includes("CNAPT has started anew, from "), ends[0]);
  await world.stop();
});

Deno.test("a CNAPT that is revoked loses its session and its parked links", async () => {
  const world = new ServerWorld();
  const control = await world.connect();
  const parked = await world.park();
  const [idHex = ""] = world.server.sessions.keys();
  const ended = [world.server.endSession(idHex), world.server.endSession(idHex)];
  assertEquals(ended, ["laptop", null]);
  await settle();
  assertEquals([await parked.nextMessage(), world.server.sessions.size], [null, 0]);
  const kinds: string[] = [];
  for (let one = await control.nextMessage(); one !== null; one = await control.nextMessage()) {
    kinds.push(one.kind);
  }
  assertEquals(kinds.at(-1), "disconnect");
  await world.stop();
});

const BIND: Bind = {
  kind: "bind",
  instance: "0011223344556677",
  stream: 1,
  epoch: 0,
  binding: 1,
  mode: "open",
  from: 0,
  received: 0,
  opening: openingOf("ssh"),
};
const REVOKED = { kind: "refused", code: "revoked", sentence: "laptop was revoked" } as const;

for (
  const message of [
    { kind: "connect", instance: "0000000000000002", claim: "atOnce" },
    BIND,
    { kind: "bindDatagrams", instance: "0011223344556677", epoch: 0, binding: 1, above: 0 },
    { kind: "measure", up: 0, down: 1 },
    { kind: "switchStep2", instance: "0011223344556677", epoch: 1, recordReceived: 0 },
    { kind: "switchUnexpected", instance: "0011223344556677", epoch: 1, recordReceived: 0 },
  ] as const
) {
  Deno.test(`a parked link of a CNAPT that was revoked gets no answer to ${message.kind} but a refusal`, async () => {
    const world = new ServerWorld();
    await world.connect();
    const parked = await world.park();
    world.admit = () => Promise.resolve(REVOKED);
    parked.send(message);
    const refused = await parked.nextMessage();
    assertEquals(refused?.kind === "refused" && refused.code, "revoked");
    assertEquals(world.server.sessions.size, 0, "its session is over as well");
    const stopping = world.stop();
    await world.clock.advance(1_000);
    await stopping;
  });
}

Deno.test("a review ends what a revoked CNAPT has, and leaves the others alone", async () => {
  const world = new ServerWorld();
  await world.connect(1);
  await world.connect(2);
  const [own, others, parkedOnly] = [await world.park(1), await world.park(2), await world.park(3)];
  const revoked = new Set([idOf(1).toHex(), idOf(3).toHex()]);
  const judge = (idHex: string) =>
    revoked.has(idHex) ? REVOKED : { kind: "known" as const, key: KEY, client: CLIENT };
  assertEquals(world.server.review(judge), ["laptop"]);
  assertEquals([await own.nextMessage(), await parkedOnly.nextMessage()], [null, null]);
  assertEquals([...world.server.sessions.keys()], [idOf(2).toHex()]);
  others.send({ kind: "ping", token: 1 });
  assertEquals((await others.nextMessage())?.kind, "pong");
  assertEquals(world.server.review(judge), []);
  await world.stop();
});

Deno.test("a session is told when its services change, and ends when its key does", async () => {
  const world = new ServerWorld();
  const known = { kind: "known" as const, key: KEY, client: CLIENT };
  const services = [tcpService("db", 5432)];
  const control = await world.connect();
  while ((await control.nextMessage())?.kind !== "services") { /* its beginning */ }
  const review = () => world.server.review(() => ({ ...known, client: { ...CLIENT, services } }));
  assertEquals([review(), review()], [[], []]);
  const told = await control.nextMessage();
  assertEquals(told?.kind === "services" && told.services, services);
  const link = await world.park();
  world.admit = () => Promise.resolve({ ...known, client: { ...CLIENT, services } });
  link.send({ ...BIND, opening: openingOf("ssh") });
  const refused = await control.nextMessage();
  assertEquals(refused?.kind === "reset" && refused.code, "serviceNotAllowed");
  assertEquals(world.server.review(() => ({ ...known, key: new Uint8Array(32) })), ["laptop"]);
  await world.stop();
});

for (
  const [who, isSourceTrusted, told] of [
    ["the address that the link comes from", false, "198.51.100.1:40000"],
    ["what a trusted CNAPT says", true, "192.0.2.55:1234"],
  ] as const
) {
  Deno.test(`a server is told ${who} as the source of a stream`, async () => {
    const world = new ServerWorld();
    const client = { ...CLIENT, isSourceTrusted };
    world.admit = () => Promise.resolve({ kind: "known", key: KEY, client });
    await world.connect();
    const link = await world.park();
    link.send({ ...BIND, opening: { ...openingOf("ssh"), source: "192.0.2.55:1234" } });
    await settle();
    assertEquals(world.opened.map(({ source }) => source), [told]);
    await world.stop();
  });
}

Deno.test("CONNECT on a link that was parked before gets what the invitation says now", async () => {
  const world = new ServerWorld();
  const parked = await world.park();
  const client = { ...CLIENT, services: [tcpService("db", 5432)] };
  world.admit = () => Promise.resolve({ kind: "known", key: KEY, client });
  parked.send({ kind: "connect", instance: "0011223344556677", claim: "atOnce" });
  await settle();
  assertEquals([...world.server.sessions.values()].map((one) => one.client), [client]);
  await world.stop();
});

Deno.test("a mistake in who hears of a path costs the session nothing", async () => {
  const world = new ServerWorld();
  world.reports.push = () => {
    throw new TypeError("planted");
  };
  await world.connect();
  const driver = [...world.server.sessions.values()][0]?.driver;
  assert(driver !== undefined);
  driver.apply([{
    kind: "pathReported",
    get report(): never {
      throw new TypeError("planted");
    },
  }]);
  assertEquals([world.log.of("error").length, world.server.sessions.size], [1, 1]);
  await world.stop();
});
