import { type KnownPlaces, ownPlaces } from "../../../../lib/app/snapt/own_places.ts";
import type { NetworkInterface } from "../../../../lib/net/interfaces.ts";
import { assertEquals } from "../../../assert.ts";

function device(
  name: string,
  addresses: readonly string[],
  changes: Partial<NetworkInterface> = {},
): NetworkInterface {
  const all = addresses.map((address) => ({
    address,
    family: address.includes(":") ? 6 as const : 4 as const,
  }));
  return { name, kind: "ordinary", state: "up", addresses: all, ...changes };
}

const KNOWN: KnownPlaces = {
  listen: [{ host: "::", port: 7787 }],
  interfaces: [device("eth0", ["2a01:4f8::7", "192.168.1.5"])],
  isVirtual: (name) => name.startsWith("docker"),
  passing: new Set(),
  isVirtualAddress: () => false,
  outer: [],
  relays: [],
};

function places(changes: Partial<KnownPlaces>): readonly string[] {
  return ownPlaces({ ...KNOWN, ...changes }).map(({ host, port, route }) =>
    `${host} ${port}${route === "" ? "" : ` ${route}`}`
  );
}

Deno.test("SNAPT is reached in its LAN, by its public address, by what the router mapped, by relays", () => {
  const outer = [{ host: "20.30.40.5", port: 40_000 }];
  const relays = [{ host: "relay.example.org", port: 443, route: "name" }];
  assertEquals(places({ outer, relays }), [
    "192.168.1.5 7787",
    "2a01:4f8::7 7787",
    "20.30.40.5 40000",
    "relay.example.org 443 name",
  ]);
});

Deno.test("what leads nowhere for others is not told", () => {
  const interfaces = [
    device("lo", ["127.0.0.1"], { kind: "loopback" }),
    device("docker0", ["172.17.0.1"]),
    device("wlan0", ["10.0.0.9"], { state: "down" }),
    device("eth0", ["192.168.1.5", "192.168.1.77"]),
  ];
  const isVirtualAddress = (address: string) => address === "192.168.1.77";
  assertEquals(places({ interfaces, isVirtualAddress }), ["192.168.1.5 7787"]);
});

Deno.test("addresses that pass are told where there are no others", () => {
  const interfaces = [device("eth0", ["2a01:4f8::7", "2a01:4f8::8"])];
  assertEquals(places({ interfaces, passing: new Set(["2a01:4f8::8"]) }), ["2a01:4f8::7 7787"]);
  const passing = new Set(["2a01:4f8::7", "2a01:4f8::8"]);
  assertEquals(places({ interfaces, passing }), ["2a01:4f8::7 7787", "2a01:4f8::8 7787"]);
});

Deno.test("SNAPT is reached where it listens and nowhere else", () => {
  assertEquals(places({ listen: [{ host: "0.0.0.0", port: 443 }] }), ["192.168.1.5 443"]);
  assertEquals(places({ listen: [{ host: "10.9.0.1", port: 1 }] }), ["10.9.0.1 1"]);
  assertEquals(places({ listen: [{ host: "localhost", port: 1 }] }), []);
});

Deno.test("no more places are told than a message takes", () => {
  const interfaces = [
    device("eth0", Array.from({ length: 40 }, (_, last) => `10.0.0.${last + 1}`)),
  ];
  const outer = Array.from({ length: 40 }, (_, port) => ({ host: "20.30.40.5", port: port + 1 }));
  const told = places({ interfaces, outer });
  assertEquals([told.length, told.filter((place) => place.startsWith("10.")).length], [16, 10]);
});
