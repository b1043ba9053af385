import { MemoryBudget } from "../../../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../../../lib/core/session/switch_receipt.ts";
import type { Message } from "../../../../lib/core/wire/message.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import type { Link } from "../../../../lib/relay/link/link.ts";
import { NO_CONNECTOR } from "../../../../lib/relay/network/connector.ts";
import { CnaptDriver } from "../../../../lib/relay/session/cnapt_driver.ts";
import { ALONE } from "../../../../lib/relay/session/site_part.ts";
import { SnaptDriver } from "../../../../lib/relay/session/snapt_driver.ts";
import { CompressionTotals } from "../../../../lib/relay/stream/compression/compression_totals.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { openingOf } from "../../../opening.ts";
import { settle } from "../../../virtual_clock.ts";
import { ID, KEY, LinkWorld, provider } from "../link/kit/link_world.ts";
import { CNAPT_SETTINGS, SNAPT_SETTINGS } from "../../core/session/session_settings.ts";

const HELLO = new TextEncoder().encode("hello");

/** A CNAPT session and its SNAPT, in one world without sockets. */
class Pair {
  readonly world: LinkWorld;
  readonly driver: CnaptDriver;
  readonly receipts: SwitchReceipt[] = [];
  readonly ended: string[] = [];
  readonly announced: string[] = [];
  /** Server applications, as the far ends of what SNAPT connected to. */
  readonly servers: MemoryConn[] = [];
  snapt: SnaptDriver | null = null;

  constructor(...keys: readonly string[]) {
    this.world = new LinkWorld(...keys);
    const { site, log } = this.world;
    this.world.take = (link, first) => this.take(link, first);
    this.driver = new CnaptDriver({
      endpoint: { host: "", port: 1, credentials: { id: ID, key: KEY }, tls: null },
      dialer: this.world.dialer,
      settings: CNAPT_SETTINGS,
      providers: this.world.providers,
      budget: new MemoryBudget(1024 * 1024),
      flows: new CnaptFlows({ limit: 10, tasks: site, log }),
      openClientApplication: () => Promise.reject(new TypeError("Cannot open: not tested here")),
      findClientApplication: () => Promise.reject(new TypeError("Cannot find: not tested here")),
      direct: null,
      packing: new CompressionTotals(),
      parked: this.world.parked,
      standby: this.world.standby,
      connector: NO_CONNECTOR,
      tasks: site,
      log,
    }, {
      servicesAnnounced: (_site, services) => {
        this.announced.push(...services.map(({ name }) => name));
      },
      clientServicesOpened: () => {},
      switchEnded: (receipt) => this.receipts.push(receipt),
      decisionSuspended: () => {},
      decisionResumed: () => {},
      sessionEnded: (reason) => this.ended.push(reason),
    });
  }

  static async connected(...keys: readonly string[]): Promise<Pair> {
    const pair = new Pair(...keys);
    pair.driver.start();
    await settle();
    assertEquals([pair.driver.session.state, pair.announced], ["connected", ["ssh"]]);
    return pair;
  }

  /** What SNAPT does with the first frame of a link. */
  take(link: Link, first: Message): void {
    switch (first.kind) {
      case "connect":
        this.snapt = this.#serve(link);
        return this.snapt.start();
      case "bind":
      case "switchStep2":
      case "switchUnexpected":
        return this.snapt?.takeFirst(link, first);
      default:
        link.close();
    }
  }

  /** Opens a stream to "ssh"; the end of the client application. */
  open(): MemoryConn {
    const [application, relayed] = MemoryConn.pair();
    this.driver.openings.open(openingOf("ssh"), relayed);
    return application;
  }

  get binds(): number {
    return this.world.said.filter(({ kind }) => kind === "bind").length;
  }

  #serve(link: Link): SnaptDriver {
    return new SnaptDriver({
      settings: SNAPT_SETTINGS,
      budget: new MemoryBudget(1024 * 1024),
      openService: () => {
        const [application, relayed] = MemoryConn.pair();
        this.servers.push(application);
        return Promise.resolve(relayed);
      },
      clientServices: null,
      flows: null,
      packing: new CompressionTotals(),
      tasks: this.world.site,
      log: this.world.log,
      dialClient: () => {},
      pathReported: () => {},
      sessionEnded: () => {},
    }, link);
  }
}

/** Sends "hello" from one end and expects it at the other. */
async function hello(from: MemoryConn, to: MemoryConn | undefined): Promise<void> {
  await from.write(HELLO);
  assertEquals(await to?.readNext(), HELLO);
}

Deno.test("a session begins on the first network that answers, and parks links there", async () => {
  const pair = await Pair.connected("a");
  assertEquals([pair.driver.session.provider, pair.driver.supply.parkedCount], ["a", 4]);
  assertEquals(pair.driver.supply.failures, []);
});

Deno.test("a stream takes a parked link and carries bytes both ways", async () => {
  const pair = await Pair.connected("a");
  const client = pair.open();
  await settle();
  const [server] = pair.servers;
  assert(server !== undefined);
  await hello(client, server);
  await hello(server, client);
  assertEquals(pair.binds, 1);
});

Deno.test("a sudden and a planned switch lose no byte of a stream", async () => {
  const pair = await Pair.connected("a", "b");
  const client = pair.open();
  await settle();
  const [server] = pair.servers;
  await hello(client, server);
  pair.world.let("a", "unreachable");
  pair.world.silence("a");
  pair.driver.providerLost("a", "it is gone");
  await hello(client, server);
  await pair.world.clock.advance(1_000);
  assertEquals([pair.driver.session.provider, pair.receipts.map(({ kind }) => kind)], ["b", [
    "sudden",
  ]]);
  pair.world.let("a", "answers");
  pair.driver.requestSwitch("a", "overlapped", "asked", ALONE);
  await pair.world.clock.advance(1_000);
  assertEquals([pair.driver.session.provider, pair.receipts[1]?.outcome], ["a", "switched"]);
  await hello(client, server);
});

Deno.test("a network that falls silent is left for one where a link is parked", async () => {
  const pair = await Pair.connected("a", "b");
  await pair.world.standby.probe(provider("b"), 2, 1_000, pair.world.site.signal);
  const parked = pair.world.standby.parkedOn("b").map(({ id }) => id);
  pair.world.let("b", "silent"); // only what is parked there helps
  pair.world.let("a", "silent");
  pair.world.silence("a");
  pair.driver.payloadReceived();
  await pair.world.clock.advance(10_000);
  assertEquals([pair.driver.session.provider, pair.receipts[0]?.kind], ["b", "sudden"]);
  assert(parked.some((id) => id === pair.driver.session.controlLink));
});

Deno.test("a stream whose links die at once is bound again four times a second", async () => {
  const pair = await Pair.connected("a");
  const { take } = pair;
  pair.take = (link, first) => first.kind === "bind" ? link.close() : take.call(pair, link, first);
  pair.open();
  await pair.world.clock.advance(5_000);
  assert(pair.binds >= 5 && pair.binds <= 4 * 5 + 4, `${pair.binds} BINDs in 5 s`);
  assertEquals(pair.ended, []);
});

Deno.test("a mistake of ours in a background task ends the session with one error line", async () => {
  const pair = await Pair.connected("a");
  const client = pair.open();
  await settle();
  pair.world.let("a", "mistake");
  for (let count = 0; count < 5; count++) pair.open();
  await settle();
  assertEquals([pair.ended.length, pair.world.log.of("error").length], [1, 1]);
  assert(pair.world.log.of("error")[0]?.includes("dial link"));
  assertEquals(pair.driver.supply.parkedCount, 0);
  await client.readNext().then(() => assert(false), () => {}); // reset, not left hanging
});

Deno.test("SNAPT out of reach is said, and found when it is there again", async () => {
  const pair = new Pair("a");
  pair.world.let("a", "unreachable");
  pair.driver.start();
  await pair.world.clock.advance(3_000);
  assertEquals(pair.driver.supply.failures.map((failure) => failure.provider), ["a"]);
  pair.world.let("a", "answers");
  await pair.world.clock.advance(10_000);
  assertEquals([pair.driver.session.state, pair.driver.supply.failures], ["connected", []]);
});

Deno.test("a session that is stopped leaves no link and no timer", async () => {
  const pair = await Pair.connected("a");
  pair.open();
  await settle();
  pair.driver.stop();
  await pair.world.clock.advance(1_000);
  assertEquals(pair.ended.length, 1);
  assertEquals(pair.world.openAt("a"), []);
});

Deno.test("control links that die at once are not looked for in a loop", async () => {
  const pair = await Pair.connected("a");
  let controls = 0;
  pair.take = (link, first) => {
    Pair.prototype.take.call(pair, link, first);
    if (first.kind !== "switchUnexpected") return;
    controls += 1;
    pair.world.site.timer(10, () => link.close());
  };
  for (const { conn } of pair.world.openAt("a")) conn.close();
  await pair.world.clock.advance(20_000);
  assert(controls > 5 && controls < 15, `${controls} control links in 20 s`);
  assertEquals(pair.ended, []);
});
