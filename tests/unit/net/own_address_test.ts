import type { NetworkInterface } from "../../../lib/net/interfaces.ts";
import { findOwnAddress, type OwnPlaces } from "../../../lib/net/own_address.ts";
import { assertEquals } from "../../assert.ts";

function device(name: string, ...addresses: readonly string[]): NetworkInterface {
  return {
    name,
    kind: name === "lo" ? "loopback" : "ordinary",
    state: "up",
    addresses: addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  };
}

const LOOPBACK = device("lo", "127.0.0.1", "::1");

/** What is found on a machine with these interfaces. */
async function found(
  interfaces: readonly NetworkInterface[],
  more: Partial<OwnPlaces> = {},
  families: readonly (4 | 6)[] = [4, 6],
) {
  const places: OwnPlaces = {
    interfaces: () => [LOOPBACK, ...interfaces],
    routed: () => null,
    isVirtual: (name) => name.startsWith("docker"),
    passing: () => new Set(),
    hostName: () => Promise.resolve("pc"),
    addressesOf: () => Promise.resolve([]),
    ...more,
  };
  const own = await findOwnAddress(families, places);
  return own === null ? null : [own.kind, own.host, ...own.nearby === null ? [] : [own.nearby]];
}

const HOME = device("eth0", "fd00::2", "192.168.1.5");

Deno.test("a machine behind a router is told by its private address", async () => {
  assertEquals(await found([HOME]), ["private", "192.168.1.5"]);
  assertEquals(await found([device("eth0", "fd00::2")]), ["private", "fd00::2"]);
  assertEquals(await found([HOME], {}, [6]), ["private", "fd00::2"]);
});

Deno.test("a machine with no address but for itself has none", async () => {
  assertEquals(await found([]), null);
  assertEquals(await found([{ ...HOME, state: "down" }]), null);
});

Deno.test("a public address is told before a private one, whichever interface has it", async () => {
  const server = device("eth1", "2a01:4f8::7", "8.8.4.4");
  assertEquals(await found([HOME, server]), ["public", "8.8.4.4"]);
  assertEquals(await found([HOME, server], {}, [6]), ["public", "2a01:4f8::7"]);
});

Deno.test("with a public address of IPv6 only the private one of IPv4 is told too", async () => {
  const both = device("eth0", "192.168.1.5", "2a01:4f8::7");
  assertEquals(await found([both]), ["public", "2a01:4f8::7", "192.168.1.5"]);
});

Deno.test("an address that changes by itself is not told while there is another", async () => {
  const both = device("eth0", "192.168.1.5", "2a01:4f8::7");
  const passing = () => new Set(["2a01:4f8::7"]);
  assertEquals(await found([both], { passing }), ["private", "192.168.1.5"]);
  const alone = device("eth0", "2a01:4f8::7");
  assertEquals(await found([alone], { passing }), ["public", "2a01:4f8::7"]);
});

Deno.test("the name is told when it leads to a public address of this machine, and else not", async () => {
  const server = device("eth0", "8.8.4.4");
  const hostName = () => Promise.resolve("home.example.org");
  const leadsTo = (...addresses: readonly string[]) => ({
    hostName,
    addressesOf: () => Promise.resolve(addresses),
  });
  assertEquals(await found([server], leadsTo("8.8.4.4")), ["name", "home.example.org"]);
  assertEquals(await found([server], leadsTo("8.8.8.8")), ["public", "8.8.4.4"]);
  assertEquals(await found([server], leadsTo("127.0.1.1")), ["public", "8.8.4.4"]);
  assertEquals(await found([HOME], leadsTo("192.168.1.5")), ["private", "192.168.1.5"]);
  const short = { ...leadsTo("8.8.4.4"), hostName: () => Promise.resolve("pc") };
  assertEquals(await found([server], short), ["public", "8.8.4.4"]);
});

Deno.test("an interface that leads to the Internet comes before others, containers come last", async () => {
  const docker = device("docker0", "172.17.0.1");
  assertEquals(await found([docker, HOME]), ["private", "192.168.1.5"]);
  const wifi = device("wlan0", "10.0.0.9");
  assertEquals(await found([docker, HOME, wifi], { routed: () => ["wlan0"] }), [
    "private",
    "10.0.0.9",
  ]);
});
