/** Links to a SNAPT with a name: where it was, where its name says that it is, and who lies. */
import type { DialOptions, DialTarget } from "../../../../lib/net/dial.ts";
import type { Via } from "../../../../lib/net/via.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { ConnFailed } from "../../../../lib/net/conn_failed.ts";
import { LinkDialer } from "../../../../lib/relay/link/link_dialer.ts";
import { LinkRefused } from "../../../../lib/relay/link/link_auth.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { ID, KEY, LinkWorld, provider } from "./kit/link_world.ts";

const NEVER = new AbortController().signal;
/** Where LinkWorld has its SNAPT. */
const OLD = "192.0.2.2";
const NEW = "192.0.2.9";

/** A world in which SNAPT has a name, and connections depend on the address. */
class NamedWorld {
  readonly links = new LinkWorld("a", "b");
  readonly dialled: string[] = [];
  /** What the name server says; null: nothing. */
  says: string | null = OLD;
  /** Where nobody answers. */
  readonly dead = new Set<string>();
  readonly dialer = new LinkDialer({
    endpoint: { host: "home.example", port: 7787, credentials: { id: ID, key: KEY }, tls: null },
    tasks: this.links.site,
    dial: (target, via, options) => this.#dial(target, via, options),
    resolve: () => {
      if (this.says === null) return new Promise(() => {});
      return Promise.resolve([{ address: this.says, family: 4 }]);
    },
    chance: () => 0,
  });

  async #dial(target: DialTarget, via: Via, options: DialOptions): Promise<ByteConn> {
    const [found] = await options.resolve?.(target.host) ?? [];
    const address = found?.address ?? target.host;
    this.dialled.push(address);
    if (!this.dead.has(address)) return await this.links.dial(target, via, options);
    const { promise, reject } = Promise.withResolvers<ByteConn>();
    options.signal.addEventListener("abort", () => {
      reject(new ConnFailed("closedHere", "Cannot connect: called off"));
    });
    return await promise;
  }

  async open(key: string): Promise<void> {
    (await this.dialer.openAtOnce(provider(key), NEVER)).close();
  }
}

Deno.test("a name server that is gone costs nothing where SNAPT has proven its key, on any network", async () => {
  const world = new NamedWorld();
  await world.open("a");
  world.says = null;
  await world.open("a");
  await world.open("b");
  assertEquals(world.dialled, [OLD, OLD, OLD]);
  assertEquals(world.links.clock.pending, 0);
});

Deno.test("a name server that lies replaces nothing, however often it is asked", async () => {
  const world = new NamedWorld();
  await world.open("a");
  world.says = "203.0.113.1";
  for (let count = 0; count < 3; count++) {
    await world.open("a");
    await world.links.clock.advance(2_000);
  }
  assertEquals(world.dialled, [OLD, OLD, OLD, OLD]);
});

Deno.test("a SNAPT that has moved is found by its name a moment later, or at once where that is doubted", async () => {
  const world = new NamedWorld();
  await world.open("a");
  await world.links.clock.advance(1_000);
  world.says = NEW;
  world.dead.add(OLD);
  const opened = world.open("a");
  await world.links.clock.advance(249);
  assertEquals(world.dialled, [OLD, OLD]);
  await world.links.clock.advance(1);
  await opened;
  assertEquals(world.dialled, [OLD, OLD, NEW]);
  const late = world.dialer.openAtOnce(provider("b"), NEVER, "some");
  await world.links.clock.advance(0);
  (await late).close();
  assertEquals(world.links.clock.pending, 0);
});

Deno.test("what SNAPT itself said is told, not that its name has no other address", async () => {
  const world = new NamedWorld();
  await world.open("a");
  world.links.let("a", { refused: "revoked" });
  await assertRejects(() => world.open("a"), LinkRefused);
  world.links.let("a", "unreachable");
  const error = await assertRejects(() => world.open("a"), ConnFailed);
  assertEquals(error.message, "Cannot connect: the network is unreachable");
  assertEquals(world.links.faults, []);
});
