import {
  ConnectFailed,
  type Connector,
  NO_CONNECTOR,
} from "../../../../lib/relay/network/connector.ts";
import {
  changeProvider,
  connectForSwitch,
} from "../../../../lib/relay/session/switch_connection.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { LinkWorld } from "../link/kit/link_world.ts";
import { SessionPair } from "./kit/session_pair.ts";

const PURPOSE = { from: "a", to: "b", reason: "test" };

/** What was done with the networks; `failing`: those that cannot be connected. */
function recording(failing: readonly string[] = []): { connector: Connector; done: string[] } {
  const done: string[] = [];
  const connector: Connector = {
    ...NO_CONNECTOR,
    stateOf: () => "raisable",
    noteFailure: (provider, detail) => done.push(`note ${provider}: ${detail}`),
    connect: ({ to }) => {
      done.push(`connect ${to}`);
      if (!failing.includes(to)) return Promise.resolve();
      return Promise.reject(new ConnectFailed("command", to, "its command failed"));
    },
    release: ({ from }) => {
      done.push(`release ${from}`);
      return Promise.resolve();
    },
  };
  return { connector, done };
}

function meansIn(world: LinkWorld, connector: Connector) {
  const { clock, providers, standby } = world;
  return { clock, connector, providers, standby };
}

Deno.test("a network that is connected and answers may be switched to", async () => {
  const world = new LinkWorld("a", "b");
  const { connector, done } = recording();
  const { signal } = new AbortController();
  const trying = connectForSwitch(PURPOSE, 3, meansIn(world, connector), signal);
  await world.clock.advance(1_000);
  assertEquals([await trying, done], [null, ["connect b"]]);
});

Deno.test("a network that is silent for ten seconds is closed again, with a receipt", async () => {
  const world = new LinkWorld("a", "b");
  world.let("b", "silent");
  const { connector, done } = recording();
  const { signal } = new AbortController();
  const trying = connectForSwitch(PURPOSE, 3, meansIn(world, connector), signal);
  await world.clock.advance(15_000);
  const receipt = await trying;
  assertEquals([receipt?.outcome, receipt?.epoch], ["failed", 3]);
  assert(receipt?.reason.startsWith("Cannot use b: it was connected, but "), receipt?.reason);
  assertEquals([done[0], done[1]?.slice(0, 7), done[2]], ["connect b", "note b:", "release b"]);
  const took = receipt?.phases.find(({ name }) => name === "connect")?.ms ?? 0;
  assert(took >= 10_000 && took < 15_000, `${took} ms`);
});

Deno.test("a network that cannot be connected makes a receipt of a failed switch", async () => {
  const world = new LinkWorld("a");
  const { connector, done } = recording(["b"]);
  const { signal } = new AbortController();
  const receipt = await connectForSwitch(PURPOSE, 0, meansIn(world, connector), signal);
  assertEquals(receipt?.reason, "Cannot connect b: its command failed");
  assertEquals(done, ["connect b"]);
});

Deno.test("a strict switch whose network does not come up connects the old one again", async () => {
  const { driver, world } = await SessionPair.connected("a", "b");
  const { connector, done } = recording(["b"]);
  const { session } = driver;
  const purpose = Object.getOwnPropertyDescriptor(session, "purpose");
  Object.defineProperty(session, "purpose", { value: PURPOSE, configurable: true });
  const { signal } = new AbortController();
  await changeProvider({ connector, clock: world.clock }, session, signal);
  assertEquals([purpose, done], [undefined, ["release a", "connect b", "connect a"]]);
});

Deno.test("a strict switch after which neither network comes up says so of both", async () => {
  const { driver, world } = await SessionPair.connected("a", "b");
  const { connector, done } = recording(["a", "b"]);
  const { session } = driver;
  const told: string[] = [];
  Object.defineProperty(session, "purpose", { value: PURPOSE });
  session.providerNotConnected = (reason) => {
    told.push(reason);
    return [];
  };
  const { signal } = new AbortController();
  await changeProvider({ connector, clock: world.clock }, session, signal);
  assertEquals(done, ["release a", "connect b", "connect a"]);
  assertEquals(told, [
    "Cannot connect b: its command failed; Cannot connect a: its command failed",
  ]);
});
