import type { Provider } from "../../../../lib/relay/network/provider.ts";
import type { PlaceTarget } from "../../../../lib/relay/link/place_target.ts";
import { SnaptPlaces } from "../../../../lib/relay/link/snapt_places.ts";
import { assertEquals } from "../../../assert.ts";
import { VirtualClock } from "../../../virtual_clock.ts";

const LAN = own("192.168.7.2", 7787);
const PUBLIC = own("snapt.example", 7787);
const WEB = own("snapt.example", 443);

function own(host: string, port: number): PlaceTarget {
  return { host, port, serverName: null, by: "itself" };
}

function places() {
  return new SnaptPlaces([LAN, PUBLIC, WEB], () => Promise.resolve([]), new VirtualClock());
}

function wlan(...addresses: readonly string[]): Provider {
  return { key: "wlan0", via: { kind: "device", device: "wlan0", addresses } };
}

function hostsFor(all: SnaptPlaces, provider: Provider): readonly string[] {
  return all.orderedFor(provider).map(({ target: { host, port } }) => `${host}:${port}`);
}

const PREFERRED = ["192.168.7.2:7787", "snapt.example:7787", "snapt.example:443"];

Deno.test("the places of SNAPT are tried in the order in which they are written", () => {
  assertEquals(hostsFor(places(), wlan("10.0.0.2")), PREFERRED);
});

Deno.test("where SNAPT was met over a network is tried first there, and nowhere else", () => {
  const all = places();
  const [, , web] = all.orderedFor(wlan("10.0.0.2"));
  if (web !== undefined) all.proved(wlan("10.0.0.2"), web, "198.51.100.7:443");
  const first = ["snapt.example:443", "192.168.7.2:7787", "snapt.example:7787"];
  assertEquals(hostsFor(all, wlan("10.0.0.2")), first);
  assertEquals(hostsFor(all, wlan("192.168.7.9")), PREFERRED);
  assertEquals(hostsFor(all, { key: "wwan0", via: { kind: "any" } }), PREFERRED);
});

Deno.test("the addresses of a place are remembered with it", () => {
  const all = places();
  const provider = wlan("10.0.0.2");
  const [, home] = all.orderedFor(provider);
  if (home !== undefined) all.proved(provider, home, "198.51.100.7:7787");
  const proven = all.orderedFor(provider).map(({ addresses }) => addresses.provenFor("wlan0"));
  assertEquals(proven, [["198.51.100.7"], [], []]);
});

Deno.test("a network that has got one more address is the same one", () => {
  const all = places();
  const [, , web] = all.orderedFor(wlan("10.0.0.2"));
  if (web !== undefined) all.proved(wlan("10.0.0.2"), web, null);
  const first = "snapt.example:443";
  assertEquals(hostsFor(all, wlan("10.0.0.2", "2001:db8::7"))[0], first);
  assertEquals(web?.addresses.provenFor("wlan0"), [], "a proxy's address is not SNAPT's");
});

Deno.test("a place that SNAPT is not said to be at any more is not remembered", () => {
  const [lan] = places().orderedFor(wlan("10.0.0.2"));
  const others = new SnaptPlaces([WEB], () => Promise.resolve([]), new VirtualClock());
  if (lan !== undefined) others.proved(wlan("10.0.0.2"), lan, "192.168.7.2:7787");
  assertEquals(hostsFor(others, wlan("10.0.0.2")), ["snapt.example:443"]);
});

Deno.test("what SNAPT told is tried after what was written, the network's own addresses before", () => {
  const all = places();
  const relay = { host: "relay.example", port: 7787, serverName: "name", by: "relay" } as const;
  const told = [own("10.9.9.9", 7787), relay, own("20.30.40.5", 7787), own("10.0.0.7", 7787)];
  all.tell([...told, LAN]);
  assertEquals(hostsFor(all, wlan("10.0.0.2")), [
    "10.0.0.7:7787",
    ...PREFERRED,
    ...["20.30.40.5:7787", "relay.example:7787", "10.9.9.9:7787"],
  ]);
  all.tell([PUBLIC]);
  assertEquals(hostsFor(all, wlan("10.0.0.2")), PREFERRED);
});

Deno.test("what is known of a told place stays as long as SNAPT tells it", () => {
  const all = places();
  const provider = wlan("10.0.0.2");
  const name = own("home.example", 7787);
  all.tell([name]);
  const place = all.all.at(-1);
  if (place !== undefined) all.proved(provider, place, "198.51.100.9:7787");
  all.tell([own("198.51.100.7", 7787), name]);
  assertEquals(hostsFor(all, provider)[0], "home.example:7787");
  assertEquals(place?.addresses.provenFor("wlan0"), ["198.51.100.9"]);
  all.tell([own("198.51.100.7", 7787)]);
  assertEquals(hostsFor(all, provider)[0], PREFERRED[0]);
});

Deno.test("a place that SNAPT may be about to leave is tried last, also where SNAPT was met there", () => {
  const all = places();
  const provider = wlan("10.0.0.2");
  const near = own("10.0.0.7", 7787);
  all.tell([near]);
  const [met] = all.orderedFor(provider);
  if (met !== undefined) all.proved(provider, met, "10.0.0.7:7787");
  all.tell([{ ...near, standing: "last" }]);
  assertEquals(hostsFor(all, provider), [...PREFERRED, "10.0.0.7:7787"]);
  assertEquals(met === undefined ? null : all.current(met)?.target.standing, "last");
  all.tell([near]);
  assertEquals(hostsFor(all, provider)[0], "10.0.0.7:7787");
});
