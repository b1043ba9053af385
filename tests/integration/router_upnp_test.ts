/** UPnP with scripted routers on loopback, all bad input that a network could bring. */
import type { WantedPort } from "../../lib/core/mapping/mapping_answer.ts";
import { openLibc } from "../../lib/net/libc.ts";
import { mapPorts } from "../../lib/relay/mapping/mapped_ports.ts";
import { UpnpClient } from "../../lib/relay/mapping/upnp_client.ts";
import type { Clock } from "../../lib/relay/run/clock.ts";
import { SYSTEM_CLOCK } from "../../lib/relay/run/system_clock.ts";
import { assert, assertEquals } from "../assert.ts";
import { FakeRouter, HASTY_CLOCK } from "./kit/fake_router.ts";
import { description, FakeUpnp, type FakeUpnpHabits, ssdpAnswer } from "./kit/fake_upnp.ts";

openLibc(); // opened once for all tests: it is never closed

const WANTED: WantedPort = { transport: "tcp", port: 7_787, outerPort: 7_787, outerHost: null };
const TYPE = "urn:schemas-upnp-org:service:WANIPConnection:1";
const { signal } = new AbortController();

function clientOf(ssdpPort: number, clock: Clock = SYSTEM_CLOCK): UpnpClient {
  const searched = [{ host: "127.0.0.1", port: ssdpPort }];
  return new UpnpClient({ place: FakeRouter.place, clock, searched });
}

/** What becomes of the wish for a port at a router with such habits. */
async function asked(habits: FakeUpnpHabits) {
  await using router = new FakeUpnp(habits);
  const client = clientOf(router.ssdpPort);
  const answer = await mapPorts(client, { tcp: 7_787, udp: null }, { before: null, signal });
  const outer = answer.kind === "granted" ? answer.ports.tcp.granted : null;
  return {
    kind: answer.kind,
    words: answer.words,
    port: outer?.outer.port ?? null,
    lifetimeS: outer?.lifetimeS ?? null,
    mapped: [...router.mapped.keys()],
  };
}

Deno.test("a port is mapped by UPnP, looked at, and taken back", async () => {
  await using router = new FakeUpnp();
  const client = clientOf(router.ssdpPort);
  const granted = await client.map(WANTED, signal);
  assert(granted.kind === "granted", JSON.stringify(granted));
  assertEquals([granted.outer, granted.lifetimeS], [{ host: "20.30.40.5", port: 7_787 }, 3_600]);
  const held = { wanted: WANTED, granted };
  assertEquals(await client.look(held, signal), {
    ...{ kind: "seen", epochS: null, outerHost: "20.30.40.5" },
  });
  router.mapped.set("TCP 7787", { client: "127.0.0.9", inner: "7787", leaseS: 0 });
  assertEquals((await client.look(held, signal)).kind, "forgotten");
  router.mapped.clear();
  assertEquals((await client.look(held, signal)).kind, "forgotten");
  await client.map(WANTED, signal);
  await client.unmap(held, signal);
  assertEquals(router.mapped.size, 0);
});

Deno.test("a service that is at another port after a restart is found by the same look", async () => {
  let at = 0;
  await using searched = new FakeRouter(() => ssdpAnswer(`http://127.0.0.1:${at}/desc.xml`));
  const client = clientOf(searched.port);
  const held = await (async () => {
    await using before = new FakeUpnp();
    at = before.httpPort;
    const granted = await client.map(WANTED, signal);
    assert(granted.kind === "granted");
    return { wanted: WANTED, granted };
  })();
  await using after = new FakeUpnp();
  at = after.httpPort;
  assertEquals((await client.look(held, signal)).kind, "forgotten");
});

Deno.test("services of PPP and of version 2 are asked as they are called", async () => {
  for (const name of ["WANPPPConnection:1", "WANIPConnection:2"]) {
    const type = `urn:schemas-upnp-org:service:${name}`;
    assertEquals((await asked({ type })).kind, "granted", name);
  }
});

Deno.test("a port that is taken gives way to the next one, and a few later it is said", async () => {
  const one = await asked({ refuses: (port) => port < 7_789 ? 718 : null });
  assertEquals([one.kind, one.port], ["granted", 7_789]);
  const all = await asked({ refuses: () => 718 });
  assertEquals([all.kind, all.words], ["refused", "says that the port is taken"]);
});

Deno.test("a port that another machine has is left to it, even where the router would give it", async () => {
  await using router = new FakeUpnp();
  const theirs = { client: "127.0.0.9", inner: "80", leaseS: 0 };
  router.mapped.set("TCP 7787", theirs);
  const answer = await clientOf(router.ssdpPort).map(WANTED, signal);
  assert(answer.kind === "granted" && answer.outer.port === 7_788);
  assertEquals(router.mapped.get("TCP 7787"), theirs);
});

Deno.test("a router that has lasting mappings only gives one", async () => {
  const { kind, lifetimeS } = await asked({ refuses: (_, leaseS) => leaseS > 0 ? 725 : null });
  assertEquals([kind, lifetimeS], ["granted", null]);
});

Deno.test("a router that says yes and does nothing has mapped nothing", async () => {
  const { kind, words } = await asked({ isIdle: true });
  assertEquals([kind, words], [
    "refused",
    "says yes, and knows nothing of the mapping afterwards",
  ]);
});

Deno.test("a mapping of one second is none, and taken back", async () => {
  const { kind, words, mapped } = await asked({ leaseS: 1 });
  assertEquals([kind, mapped], ["refused", []]);
  assert(words.includes("1 s only"), words);
});

Deno.test("an outer address of 0.0.0.0 is that of a router without a connection", async () => {
  const { kind, words } = await asked({ outerHost: "0.0.0.0" });
  assertEquals(kind, "refused");
  assert(words.includes("it is not connected"), words);
});

for (
  const [what, habits, word] of [
    [
      "of 10 MB",
      { describe: () => new Response("<a>".repeat(3_500_000)) },
      "more than 262144 bytes",
    ],
    [
      "that points elsewhere",
      { describe: () => new Response(description(TYPE, "http://127.0.0.9/ctl")) },
      "no service",
    ],
    [
      "that is a redirection",
      { describe: () => Response.redirect("http://127.0.0.9/") },
      "status 302",
    ],
    ["that is not there", { describe: () => new Response("", { status: 404 }) }, "status 404"],
    ["of nothing", { describe: () => new Response("") }, "no service"],
    ["of something else", { describe: () => new Response("\0\xff<<<>&&") }, "no service"],
    ["at another machine", { location: () => "http://127.0.0.9:80/d.xml" }, "at another machine"],
    ["at no address", { location: () => "gopher://x y" }, "at another machine"],
  ] as const
) {
  Deno.test(`a description ${what} leads to nothing, and it is said`, async () => {
    await using router = new FakeUpnp(habits);
    const clock = what.startsWith("at") ? HASTY_CLOCK : SYSTEM_CLOCK;
    const answer = await clientOf(router.ssdpPort, clock).map(WANTED, signal);
    assert(answer.kind === "refused" && answer.words.includes(word), JSON.stringify(answer));
    assertEquals(router.called, []);
  });
}

Deno.test("a description that never ends is given up", async () => {
  const endless = () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
  await using router = new FakeUpnp({ describe: endless });
  const answer = await clientOf(router.ssdpPort, HASTY_CLOCK).map(WANTED, signal);
  assert(answer.kind === "refused" && answer.words.includes("gives no description"), answer.kind);
});

Deno.test("what strangers answer to a search is passed over", async () => {
  await using honest = new FakeUpnp();
  let asked = 0;
  const answer = ssdpAnswer("http://127.0.0.1:1/desc.xml");
  await using stranger = new FakeRouter(() => null, { host: "127.0.0.2" });
  await using router = new FakeRouter(() => {
    asked += 1;
    if (router.lastFrom !== null) void stranger.say(answer, router.lastFrom);
    return asked < 3 ? null : ssdpAnswer(`http://127.0.0.1:${honest.httpPort}/desc.xml`);
  });
  assertEquals((await clientOf(router.port).map(WANTED, signal)).kind, "granted");
});

Deno.test("without a router nobody answers", async () => {
  await using router = new FakeRouter(() => null);
  const answer = await clientOf(router.port, HASTY_CLOCK).map(WANTED, signal);
  assertEquals(answer, { kind: "silent", words: "nobody answers at 127.0.0.1" });
});
