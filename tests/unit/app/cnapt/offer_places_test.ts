import { openAtPlace } from "../../../../lib/app/cnapt/offer_places.ts";
import { formatHostPort, type HostPort } from "../../../../lib/config/host_port.ts";
import { OfferMemory } from "../../../../lib/config/offer_memory.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { assertEquals } from "../../../assert.ts";

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

const key = (service: string) => ({ site: "home", service, protocol: "tcp" } as const);

Deno.test("a service is offered on its real port", () => {
  const open = opener();
  assertEquals(openAtPlace(key("db"), 5_432, OfferMemory.passing(), open), "127.0.0.1:5432");
});

Deno.test("services of one port get addresses of their own, and the port stays", () => {
  const memory = OfferMemory.passing();
  const open = opener();
  const places = ["a", "b", "c"].map((name) => openAtPlace(key(name), 5_432, memory, open));
  assertEquals(places, ["127.0.0.1:5432", "127.0.0.2:5432", "127.0.0.3:5432"]);
});

Deno.test("a service gets the next free port where there is only one loopback address", () => {
  const memory = OfferMemory.passing();
  const open = opener({ isPoor: true });
  const places = ["a", "b"].map((name) => openAtPlace(key(name), 5_432, memory, open));
  assertEquals(places, ["127.0.0.1:5432", "127.0.0.1:5433"]);
});

Deno.test("a port that no ordinary user is allowed to use is raised by 2200", () => {
  const memory = OfferMemory.passing();
  const open = opener();
  const places = ["a", "b"].map((name) => openAtPlace(key(name), 22, memory, open));
  assertEquals(places, ["127.0.0.1:2222", "127.0.0.2:2222"]);
});

Deno.test("services have their places again in whatever order they are announced", () => {
  const memory = OfferMemory.passing();
  const before = opener();
  for (const name of ["a", "b", "c"]) openAtPlace(key(name), 5_432, memory, before);
  const after = opener();
  const places = ["new", "c", "b"].map((name) => openAtPlace(key(name), 5_432, memory, after));
  assertEquals(places, ["127.0.0.4:5432", "127.0.0.3:5432", "127.0.0.2:5432"]);
});

Deno.test("a service whose place somebody has is somewhere else until it is free again", () => {
  const memory = OfferMemory.passing();
  openAtPlace(key("db"), 5_432, memory, opener());
  const busy = opener({ taken: ["127.0.0.1:5432"] });
  assertEquals(openAtPlace(key("db"), 5_432, memory, busy), "127.0.0.2:5432");
  assertEquals(openAtPlace(key("db"), 5_432, memory, opener()), "127.0.0.1:5432");
});

Deno.test("a service that moved to another port on its server keeps its place here", () => {
  const memory = OfferMemory.passing();
  openAtPlace(key("db"), 5_432, memory, opener());
  assertEquals(openAtPlace(key("db"), 6_000, memory, opener()), "127.0.0.1:5432");
});

Deno.test("a UDP service does not mind what TCP services have", () => {
  const memory = OfferMemory.passing();
  openAtPlace(key("dns"), 5_353, memory, opener());
  const datagrams = { site: "home", service: "dns", protocol: "udp" } as const;
  assertEquals(openAtPlace(datagrams, 5_353, memory, opener()), "127.0.0.1:5353");
});

Deno.test("a service is not offered when there is no place at all", () => {
  const open = (place: HostPort): string => {
    throw new ListenFailed("taken", formatHostPort(place));
  };
  assertEquals(openAtPlace(key("db"), 65_500, OfferMemory.passing(), open), null);
});
