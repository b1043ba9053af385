import { OfferPlaces } from "../../../../lib/app/cnapt/offer_places.ts";
import { formatHostPort, type HostPort } from "../../../../lib/config/host_port.ts";
import { OfferMemory } from "../../../../lib/config/offer_memory.ts";
import type { OfferKey } from "../../../../lib/config/remembered_places.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";

interface Machine {
  readonly taken?: readonly string[];
  /** Only 127.0.0.1, as on macOS. */
  readonly isPoor?: boolean;
}

/** Opens like a machine on which the `taken` places are; returns where. */
function opener({ taken = [], isPoor = false }: Machine = {}) {
  const all = new Set(taken);
  return (place: HostPort): string => {
    const text = formatHostPort(place);
    if (isPoor && place.host !== "127.0.0.1") throw new ListenFailed("noSuchAddress", text);
    if (place.port < 1_024) throw new ListenFailed("notPermitted", text);
    if (all.has(text)) throw new ListenFailed("taken", text);
    all.add(text);
    return text;
  };
}

/** Opens services of one announcement after the other, each with its own search. */
async function openAll(
  services: readonly (readonly [OfferKey, number])[],
  memory: OfferMemory,
  open: (place: HostPort) => string,
): Promise<readonly (string | null)[]> {
  const places = new OfferPlaces({ memory, others: () => Promise.resolve("goOn") });
  const opened: (string | null)[] = [];
  for (const [key, port] of services) opened.push(await places.open(key, port, open));
  return opened;
}

async function openOne(
  key: OfferKey,
  port: number,
  memory: OfferMemory,
  open: (place: HostPort) => string,
): Promise<string | null> {
  return (await openAll([[key, port]], memory, open))[0] ?? null;
}

const key = (service: string) => ({ site: "home", service, protocol: "tcp" } as const);

Deno.test("a service is offered on its real port", async () => {
  const open = opener();
  assertEquals(await openOne(key("db"), 5_432, OfferMemory.passing(), open), "127.0.0.1:5432");
});

Deno.test("services of one port get addresses of their own, and the port stays", async () => {
  const memory = OfferMemory.passing();
  const open = opener();
  const places = await openAll(["a", "b", "c"].map((name) => [key(name), 5_432]), memory, open);
  assertEquals(places, ["127.0.0.1:5432", "127.0.0.2:5432", "127.0.0.3:5432"]);
});

Deno.test("a service gets the next free port where there is only one loopback address", async () => {
  const memory = OfferMemory.passing();
  const open = opener({ isPoor: true });
  const places = await openAll(["a", "b"].map((name) => [key(name), 5_432]), memory, open);
  assertEquals(places, ["127.0.0.1:5432", "127.0.0.1:5433"]);
});

Deno.test("a port that no ordinary user is allowed to use is raised by 2200", async () => {
  const memory = OfferMemory.passing();
  const open = opener();
  const places = await openAll(["a", "b"].map((name) => [key(name), 22]), memory, open);
  assertEquals(places, ["127.0.0.1:2222", "127.0.0.2:2222"]);
});

Deno.test("services have their places again in whatever order they are announced", async () => {
  const memory = OfferMemory.passing();
  const before = opener();
  await openAll(["a", "b", "c"].map((name) => [key(name), 5_432]), memory, before);
  const after = opener();
  const places = await openAll(["new", "c", "b"].map((name) => [key(name), 5_432]), memory, after);
  assertEquals(places, ["127.0.0.4:5432", "127.0.0.3:5432", "127.0.0.2:5432"]);
});

Deno.test("a service whose place somebody has is somewhere else until it is free again", async () => {
  const memory = OfferMemory.passing();
  await openOne(key("db"), 5_432, memory, opener());
  const busy = opener({ taken: ["127.0.0.1:5432"] });
  assertEquals(await openOne(key("db"), 5_432, memory, busy), "127.0.0.2:5432");
  assertEquals(await openOne(key("db"), 5_432, memory, opener()), "127.0.0.1:5432");
});

Deno.test("a service that moved to another port on its server keeps its place here", async () => {
  const memory = OfferMemory.passing();
  await openOne(key("db"), 5_432, memory, opener());
  assertEquals(await openOne(key("db"), 6_000, memory, opener()), "127.0.0.1:5432");
});

Deno.test("a UDP service does not mind what TCP services have", async () => {
  const memory = OfferMemory.passing();
  await openOne(key("dns"), 5_353, memory, opener());
  const datagrams = { site: "home", service: "dns", protocol: "udp" } as const;
  assertEquals(await openOne(datagrams, 5_353, memory, opener()), "127.0.0.1:5353");
});

Deno.test("a service is not offered when there is no place at all", async () => {
  const open = (place: HostPort): string => {
    throw new ListenFailed("taken", formatHostPort(place));
  };
  assertEquals(await openOne(key("db"), 65_500, OfferMemory.passing(), open), null);
});

Deno.test("others have their turn after a few tries, and no place that failed is tried again", async () => {
  const tries: string[] = [];
  let sinceTurn = 0;
  let longest = 0;
  const places = new OfferPlaces({
    memory: OfferMemory.passing(),
    others: () => {
      sinceTurn = 0;
      return Promise.resolve("goOn");
    },
  });
  const open = (place: HostPort): string => {
    tries.push(formatHostPort(place));
    longest = Math.max(longest, ++sinceTurn);
    throw new ListenFailed("taken", formatHostPort(place));
  };
  for (let n = 0; n < 64; n++) assertEquals(await places.open(key(`s${n}`), 5_432, open), null);
  assertEquals(tries.length, new Set(tries).size);
  assertEquals([tries.length, longest], [354, 4]);
});

Deno.test("an address that the machine does not have is tried for one service only", async () => {
  let tries = 0;
  const open = opener({ isPoor: true });
  const counted = (place: HostPort) => {
    tries += 1;
    return open(place);
  };
  const services = Array.from({ length: 30 }, (_, n) => [key(`s${n}`), 5_000 + n % 3] as const);
  await openAll(services, OfferMemory.passing(), counted);
  assertEquals(tries, 253 + 30);
});

Deno.test("no place is opened when it is no longer worth while", async () => {
  const opened: string[] = [];
  const places = new OfferPlaces({
    memory: OfferMemory.passing(),
    others: () => Promise.resolve("stop"),
  });
  for (let n = 0; n < 8; n++) {
    await places.open(key(`s${n}`), 5_000 + n, (place) => opened.push(formatHostPort(place)));
    if (opened.length < n + 1) break;
  }
  assertEquals(opened.length, 3);
});

Deno.test("no other place is tried when the system has no descriptor left", async () => {
  let tried = 0;
  const open = (): string => {
    tried += 1;
    throw new ListenFailed("exhausted", "Cannot listen: there is no descriptor left");
  };
  const failure = await assertRejects(
    () => openOne(key("db"), 5_432, OfferMemory.passing(), open),
    ListenFailed,
  );
  assertEquals([failure.code, tried], ["exhausted", 1]);
});
