import { nearbyAddresses, withNearby } from "../../../../lib/app/snapt/nearby_addresses.ts";
import { formatHostPort, type HostPort } from "../../../../lib/config/host_port.ts";
import { parseSnaptConfig } from "../../../../lib/config/snapt_config.ts";
import type { ProviderType } from "../../../../lib/core/decision/candidate.ts";
import type { NetworkInterface } from "../../../../lib/net/interfaces.ts";
import { assertEquals } from "../../../assert.ts";

const SSH = "services: { ssh: { to: 127.0.0.1:22 } }\n";
const TYPES: Readonly<Record<string, ProviderType>> = {
  eth0: "ethernet",
  wlan0: "wifi",
  wg0: "vpn",
  docker0: "virtual",
  wwan0: "cellular",
};
const OUTER: HostPort = { host: "home.example.org", port: 7787 };
const INNER: HostPort = { host: "192.168.1.5", port: 7787 };

function up(name: string, ...addresses: readonly string[]): NetworkInterface {
  const kind = name === "lo" ? "loopback" : "ordinary";
  const state = name.endsWith("9") ? "down" : "up";
  const listed = addresses.map((address) => ({
    address,
    family: address.includes(":") ? 6 as const : 4 as const,
  }));
  return { name, kind, state, addresses: listed };
}

function nearby(yaml: string, ...interfaces: readonly NetworkInterface[]): readonly string[] {
  const surroundings = {
    interfaces,
    typeOf: (name: string) => TYPES[name] ?? "other",
    passing: new Set(["fd00::99"]),
  };
  return nearbyAddresses(parseSnaptConfig(`${yaml}${SSH}`, "snapt.yaml"), surroundings)
    .map(formatHostPort);
}

Deno.test("the private addresses of cards are nearby, and no others of the machine", () => {
  const all = [
    up("lo", "127.0.0.1", "::1"),
    up("docker0", "172.17.0.1"),
    up("wg0", "10.8.0.1"),
    up("wwan0", "10.77.1.2"),
    up("eth9", "192.168.9.9"),
    up("eth0", "2a01:4f8::7", "fd00::7", "100.64.1.2", "20.30.40.5", "192.168.1.5"),
    up("wlan0", "192.168.1.6"),
    up("eth1", "192.168.2.5"),
  ];
  assertEquals(nearby("", ...all), ["192.168.1.5:7787", "192.168.1.6:7787"]);
});

Deno.test("a private IPv6 address is nearby only where there is no other", () => {
  const card = up("eth0", "fd00::99", "fd00::7", "2a01:4f8::7");
  assertEquals(nearby("", card), ["[fd00::7]:7787"]);
  assertEquals(nearby("listen: 0.0.0.0:7787\n", card), []);
});

Deno.test("what is listened on counts, with its first port that is known", () => {
  const card = up("eth0", "192.168.1.5");
  assertEquals(nearby(`listen: ["[::]:443", "0.0.0.0:7787"]\n`, card), ["192.168.1.5:443"]);
  assertEquals(nearby(`listen: "127.0.0.1:7787"\n`, card), []);
  assertEquals(nearby(`listen: "[::]:0"\n`, card), []);
  assertEquals(nearby(`listen: "10.0.0.9:1"\n`, card), ["10.0.0.9:1"]);
});

Deno.test("a SNAPT that keeps its addresses back has none in its codes", () => {
  const card = up("eth0", "192.168.1.5");
  assertEquals(nearby("places: off\n", card), []);
  assertEquals(nearby("balancers: [192.168.1.1]\n", card), []);
});

Deno.test("behind an address for others a code has those nearby, and all are told", () => {
  const third = { host: "192.0.2.9", port: 443 };
  assertEquals(withNearby([OUTER, INNER, third], [INNER]), {
    addresses: [OUTER, INNER, third],
    nearby: [INNER],
  });
  assertEquals(withNearby([OUTER, third], [INNER]).addresses, [OUTER, INNER, third]);
});

Deno.test("what stays short stays short: a code for the LAN gets nothing more", () => {
  const wifi = { host: "192.168.1.6", port: 7787 };
  assertEquals(withNearby([INNER], [INNER, wifi]), { addresses: [INNER], nearby: [] });
  assertEquals(withNearby([wifi], [INNER]), { addresses: [wifi], nearby: [] });
});
