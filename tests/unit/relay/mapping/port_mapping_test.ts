import type { OuterPort } from "../../../../lib/core/mapping/mapping_answer.ts";
import type { WantedPorts } from "../../../../lib/core/mapping/mapping_way.ts";
import type { GatewayClient, RouterPlace } from "../../../../lib/relay/mapping/gateway_client.ts";
import type { PlaceAnswer } from "../../../../lib/relay/mapping/kept_mapping.ts";
import { type LedPort, PortMapping } from "../../../../lib/relay/mapping/port_mapping.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { VirtualClock } from "../../../virtual_clock.ts";
import { granting, OUTER_HOST, refusing, ScriptedRouter, silence } from "./kit/scripted_router.ts";

const HOME: RouterPlace = { router: "192.168.7.1", own: "192.168.7.2", device: 2 };

/** Led by the router to HOME. */
function led(outer: OuterPort): LedPort {
  return { ...outer, own: HOME.own };
}

/** A mapping of IPv4 by scripted routers, under a clock of its own. */
class Kept implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly log = new TestLog();
  readonly tasks = testTasks(this.clock, this.log);
  place: PlaceAnswer = HOME;
  wanted: WantedPorts = { tcp: 7_787, udp: null };
  changes = 0;
  readonly mapping: PortMapping;

  constructor(readonly clients: readonly GatewayClient[]) {
    this.mapping = new PortMapping({
      families: [4],
      place: () => this.place,
      clientsAt: () => this.clients,
      wanted: () => this.wanted,
      tasks: this.tasks,
      clock: this.clock,
      log: this.log,
    });
    this.mapping.whenChanged(() => this.changes += 1);
  }

  async start(): Promise<this> {
    this.mapping.start();
    await this.clock.advance(0);
    return this;
  }

  get way() {
    const [way] = this.mapping.snapshot();
    assert(way !== undefined);
    return way;
  }

  get events(): readonly string[] {
    return this.log.lines.map((line) => line.split(" ")[1] ?? "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.mapping.stop();
    await this.clock.advance(2_000);
    await stopped;
    this.tasks.close();
  }
}

const outer = (port = 7_787) => ({ host: OUTER_HOST, port });

Deno.test("the first method that works is used, and the outer address is told", async () => {
  const pcp = new ScriptedRouter("pcp", silence);
  const natPmp = new ScriptedRouter("nat-pmp", granting());
  await using kept = await new Kept([pcp, natPmp]).start();
  assertEquals(kept.mapping.outerAddresses(), [led(outer())]);
  assertEquals([kept.way.state, kept.way.method, kept.way.router], [
    "mapped",
    "nat-pmp",
    "192.168.7.1",
  ]);
  assertEquals([kept.changes, kept.events], [1, ["mapping-made"]]);
});

Deno.test("the UDP port is asked for with the outer number of the TCP port", async () => {
  const pcp = new ScriptedRouter(
    "pcp",
    ({ transport, outerPort }) =>
      granting(transport === "tcp" ? { port: 9_000 } : { port: outerPort })({
        ...{ transport, outerPort, port: 7_787, outerHost: null },
      }),
  );
  const kept = new Kept([pcp]);
  kept.wanted = { tcp: 7_787, udp: 7_787 };
  await using _ = await kept.start();
  assertEquals(pcp.news(), ["map tcp 7787", "map udp 9000"]);
  assertEquals([kept.way.tcp, kept.way.udp, kept.way.words], [outer(9_000), outer(9_000), ""]);
});

Deno.test("a UDP port of another number is given back, and said", async () => {
  const pcp = new ScriptedRouter(
    "pcp",
    (wanted) => granting(wanted.transport === "udp" ? { port: 1_234 } : {})(wanted),
  );
  const kept = new Kept([pcp]);
  kept.wanted = { tcp: 7_787, udp: 7_787 };
  await using _ = await kept.start();
  assertEquals(pcp.news(), ["map tcp 7787", "map udp 7787", "unmap udp 7787"]);
  assertEquals([kept.way.state, kept.way.udp], ["mapped", null]);
  assert(kept.way.words.includes("datagrams go by links"), kept.way.words);
});

Deno.test("a mapping is renewed at half its life", async () => {
  const pcp = new ScriptedRouter("pcp", granting({ lifetimeS: 120 }));
  await using kept = await new Kept([pcp]).start();
  await kept.clock.advance(59_000);
  assertEquals(pcp.news().filter((one) => one !== "look"), ["map tcp 7787"]);
  await kept.clock.advance(2_000);
  assertEquals(pcp.news().filter((one) => one !== "look"), ["map tcp 7787"]);
  assertEquals([kept.changes, kept.events], [1, ["mapping-made"]]);
});

Deno.test("a router that restarted is asked again within a look, for the same port", async () => {
  let startedMs = -500_000;
  const pcp = new ScriptedRouter("pcp", silence);
  const kept = new Kept([pcp]);
  const now = (): number => Math.floor((kept.clock.now() - startedMs) / 1_000);
  pcp.answer = (wanted) => granting({ epochS: now() })(wanted);
  pcp.looks = () => ({ kind: "seen", epochS: now(), outerHost: null });
  await using _ = await kept.start();
  await kept.clock.advance(60_000);
  pcp.news();
  startedMs = kept.clock.now();
  await kept.clock.advance(3_100);
  assertEquals(pcp.news().filter((one) => one !== "look"), ["map tcp 7787"]);
  assertEquals(kept.events, ["mapping-made", "mapping-forgotten", "mapping-made"]);
  await kept.clock.advance(60_000);
  assertEquals(pcp.news().filter((one) => one !== "look"), [], "asked once");
});

Deno.test("an address that has changed is noticed and told", async () => {
  let host = OUTER_HOST;
  const natPmp = new ScriptedRouter("nat-pmp", (wanted) => granting({ host })(wanted));
  natPmp.looks = () => ({ kind: "seen", epochS: null, outerHost: host });
  await using kept = await new Kept([natPmp]).start();
  host = "20.30.40.99";
  await kept.clock.advance(3_100);
  assertEquals(kept.mapping.outerAddresses(), [led({ host, port: 7_787 })]);
  assertEquals([kept.changes, kept.events.at(-1)], [2, "mapping-changed"]);
});

Deno.test("while a router is silent the mapping stays, and it is said that it is", async () => {
  const pcp = new ScriptedRouter("pcp", granting());
  await using kept = await new Kept([pcp]).start();
  pcp.looks = silence;
  await kept.clock.advance(20_000);
  assertEquals([kept.way.state, kept.mapping.outerAddresses()], ["mapped", [led(outer())]]);
  assertEquals(kept.way.words, "nobody answers at 192.168.7.1 at present");
  assertEquals(kept.events, ["mapping-made", "mapping-router-silent"]);
  pcp.looks = () => ({ kind: "seen", epochS: null, outerHost: null });
  await kept.clock.advance(1_100);
  assertEquals(kept.way.words, "");
});

Deno.test("without any method it is said what each met with, and what to enter by hand", async () => {
  const pcp = new ScriptedRouter("pcp", silence);
  const upnp = new ScriptedRouter("upnp", refusing("does not allow it"));
  await using kept = await new Kept([pcp, upnp]).start();
  assertEquals(kept.way.state, "unmapped");
  assertEquals(
    kept.way.words,
    "PCP: nobody answers at 192.168.7.1; UPnP: the router does not allow it",
  );
  assert(kept.way.remedy.includes("TCP, outer port 7787, to 192.168.7.2 port 7787"));
  await kept.clock.advance(60_000);
  assertEquals(kept.events, ["mapping-failed"], "said once");
  upnp.answer = granting();
  await kept.clock.advance(60_000);
  assertEquals(kept.way.state, "mapped");
});

Deno.test("a router that has no public address is not said to want forwarding", async () => {
  const words = "says that it has no connection to the Internet, or no public address";
  const natPmp = new ScriptedRouter("nat-pmp", () => ({
    ...{ kind: "refused", why: "unconnected", words },
  }));
  await using kept = await new Kept([natPmp]).start();
  assert(kept.way.remedy.includes("100.64"), kept.way.remedy);
  assert(!kept.way.remedy.includes("outer port"), kept.way.remedy);
  natPmp.answer = refusing("does not allow it");
  await kept.clock.advance(10_000);
  assert(kept.way.remedy.includes("outer port 7787"), kept.way.remedy);
});

Deno.test("a mapping of one second, or at an address that is none, is none and given back", async () => {
  for (
    const [what, word] of [[{ lifetimeS: 1 }, "1 s only"], [
      { host: "0.0.0.0" },
      "0.0.0.0",
    ]] as const
  ) {
    const pcp = new ScriptedRouter("pcp", granting(what));
    await using kept = await new Kept([pcp]).start();
    assertEquals([kept.way.state, kept.mapping.outerAddresses()], ["unmapped", []]);
    assert(kept.way.words.includes(word), kept.way.words);
    assertEquals(pcp.news(), ["map tcp 7787", "unmap tcp 7787"]);
  }
});

Deno.test("an outer address that nobody reaches is told nobody, and said in words", async () => {
  for (
    const [host, word] of [["100.64.7.7", "CGNAT"], ["192.168.1.7", "another router"]] as const
  ) {
    const pcp = new ScriptedRouter("pcp", granting({ host }));
    await using kept = await new Kept([pcp]).start();
    assertEquals([kept.way.state, kept.mapping.outerAddresses(), kept.changes], ["mapped", [], 0]);
    assert(kept.way.words.includes(word), kept.way.words);
    assert(kept.events.includes("mapping-of-no-use"));
  }
});

Deno.test("another network is asked anew, and what the old one had is forgotten", async () => {
  const pcp = new ScriptedRouter("pcp", granting());
  await using kept = await new Kept([pcp]).start();
  pcp.news();
  kept.place = { ...HOME, router: "10.0.0.1", own: "10.0.0.7" };
  await kept.clock.advance(5_000);
  assertEquals(pcp.news().filter((one) => one !== "look"), ["close", "map tcp 7787"]);
  assertEquals(kept.events, ["mapping-made", "mapping-lost", "mapping-made"]);
});

Deno.test("a network that goes and comes back finds its mapping there still", async () => {
  const pcp = new ScriptedRouter("pcp", granting());
  await using kept = await new Kept([pcp]).start();
  kept.place = { kind: "absent", words: "there is no way to the Internet", remedy: "" };
  await kept.clock.advance(10_000);
  kept.place = HOME;
  await kept.clock.advance(10_000);
  assertEquals(kept.events, ["mapping-made"]);
});

Deno.test("other ports are asked for at once when they are wanted", async () => {
  const pcp = new ScriptedRouter("pcp", granting());
  await using kept = await new Kept([pcp]).start();
  kept.wanted = { tcp: 7_787, udp: 7_787 };
  pcp.news();
  kept.mapping.again();
  await kept.clock.advance(100);
  assertEquals(pcp.news(), ["map tcp 7787", "map udp 7787"]);
  kept.wanted = { tcp: 7_787, udp: null };
  kept.mapping.again();
  await kept.clock.advance(100);
  assertEquals(pcp.news(), ["map tcp 7787", "unmap udp 7787"]);
});

Deno.test("what was mapped is taken back at the end", async () => {
  const pcp = new ScriptedRouter("pcp", granting());
  const kept = new Kept([pcp]);
  kept.wanted = { tcp: 7_787, udp: 7_787 };
  {
    await using _ = await kept.start();
  }
  assertEquals(pcp.news().slice(-3), ["unmap udp 7787", "unmap tcp 7787", "close"]);
  assertEquals(kept.mapping.outerAddresses(), []);
});
