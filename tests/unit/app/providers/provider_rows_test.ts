import { ProviderTable } from "../../../../lib/app/providers/provider_table.ts";
import type { TableSources } from "../../../../lib/app/providers/table_sources.ts";
import { parseMatch, type ProviderConfig } from "../../../../lib/config/provider_config.ts";
import type { ProviderType } from "../../../../lib/core/decision/candidate.ts";
import type { NetworkInterface } from "../../../../lib/net/interfaces.ts";
import { assertEquals } from "../../../assert.ts";

const HOST = "192.0.2.1";

function device(name: string, address: string, more: Partial<NetworkInterface> = {}) {
  const family = address.includes(":") ? 6 : 4;
  const addresses = [{ address, family }] as const;
  return { name, kind: "ordinary", state: "up", addresses, ...more } as const;
}

const ALL: readonly NetworkInterface[] = [
  device("wwan0", "100.64.0.7"),
  device("wlan0", "10.0.2.2"),
  device("docker0", "172.17.0.1"),
  device("eth0", "10.0.1.2"),
  device("tun0", "10.8.0.2"),
  device("lo", "127.0.0.1", { kind: "loopback" }),
];
const TYPES: Readonly<Record<string, ProviderType>> = {
  wwan0: "cellular",
  wlan0: "wifi",
  docker0: "virtual",
  eth0: "ethernet",
  eth1: "ethernet",
  tun0: "vpn",
};

function entry(more: Partial<ProviderConfig> & { readonly of?: string }): ProviderConfig {
  const { of, ...rest } = more;
  return {
    name: null,
    interface: null,
    address: null,
    match: of === undefined ? null : parseMatch(of),
    use: "always",
    priority: null,
    metered: null,
    cost: 0,
    confirm: false,
    via: null,
    up: null,
    down: null,
    vpn: null,
    services: null,
    withoutServices: null,
    timeouts: { up: 30_000, down: 30_000 },
    ...rest,
  };
}

function tableOf(
  configured: readonly ProviderConfig[] | null,
  interfaces: readonly NetworkInterface[] = ALL,
  more: Partial<TableSources> = {},
): ProviderTable {
  return new ProviderTable(configured, {
    interfaces: () => interfaces,
    typeOf: (name) => TYPES[name] ?? "other",
    signals: () => new Map([["wlan0", 62]]),
    preferred: () => null,
    ...more,
  });
}

const keysOf = (table: ProviderTable) => table.rowsTowards(HOST).map((row) => row.candidate.key);
const candidatesOf = (table: ProviderTable) =>
  table.towards(HOST).candidates().map((one) => one.key);

Deno.test("wires come before waves, metered ones last, containers and loopback never", () => {
  const table = tableOf(null);
  assertEquals(keysOf(table), ["eth0", "wlan0", "wwan0"]);
  assertEquals(candidatesOf(table), ["eth0", "wlan0", "wwan0"]);
});

Deno.test("a VPN counts when somebody named it, by its name, its type or its range", () => {
  for (const named of ["tun*", "vpn", "10.8.0.0/16"]) {
    const table = tableOf([entry({ of: named })]);
    assertEquals(keysOf(table), ["eth0", "wlan0", "tun0", "wwan0"], named);
  }
  assertEquals(keysOf(tableOf([entry({ of: "eth0" })])), ["eth0", "wlan0", "wwan0"]);
});

Deno.test("a VPN that nobody named counts where nothing else is there, and comes after all", () => {
  const alone = ALL.filter(({ name }) => ["tun0", "docker0", "lo"].includes(name));
  assertEquals([keysOf(tableOf(null, alone)), candidatesOf(tableOf(null, alone))], [["tun0"], [
    "tun0",
  ]]);
  assertEquals(tableOf(null, alone).hasNetworkTowards(HOST), false);
  assertEquals(tableOf([entry({ of: "vpn" })], alone).hasNetworkTowards(HOST), true);
  const table = tableOf(null);
  const needed = table.towards(HOST, () => true).candidates().map(({ key }) => key);
  assertEquals(needed, ["eth0", "wlan0", "wwan0", "tun0"]);
  // One that a session lives on is not taken away, and any other network is better.
  const rows = table.rowsTowards(HOST, "tun0").map(({ candidate }) => candidate);
  assertEquals(rows.map(({ key }) => key).sort(), ["eth0", "tun0", "wlan0", "wwan0"]);
  assertEquals(rows.find(({ key }) => key === "tun0")?.priority, 100);
  assertEquals(table.towards(HOST).find("tun0")?.key, "tun0"); // cnapt switch tun0
});

Deno.test("a tunnel that we carry ourselves is no network, whatever was said of it", () => {
  const table = tableOf([entry({ of: "vpn", priority: 1 })]);
  assertEquals([table.tunnels(), keysOf(table).includes("tun0")], [["tun0"], true]);
  assertEquals(table.setCarried(new Set(["tun0"])), [{
    key: "tun0",
    reason: "tun0 leads over a connection of this CNAPT",
  }]);
  assertEquals([table.tunnels(), keysOf(table)], [["tun0"], ["eth0", "wlan0", "wwan0"]]);
  assertEquals(table.setCarried(new Set()), []);
  assertEquals(keysOf(table).includes("tun0"), true);
});

Deno.test("a row says what the system tells of the interface", () => {
  const row = tableOf(null).rowsTowards(HOST).find((one) => one.candidate.key === "wlan0");
  assertEquals(row?.candidate.type, "wifi");
  assertEquals([row?.signalPercent, row?.device, row?.addresses], [62, "wlan0", ["10.0.2.2"]]);
});

const matches: readonly (readonly [string, readonly string[]])[] = [
  ["w*", ["wwan0", "wlan0"]],
  ["?lan0", ["wlan0"]],
  ["eth.", []],
  ["wifi", ["wlan0"]],
  ["10.0.0.0/8", ["wlan0", "eth0", "tun0"]],
  ["10.0.2.0/24", ["wlan0"]],
  ["10.0.2.2/32", ["wlan0"]],
  ["0.0.0.0/0", ["wwan0", "wlan0", "eth0", "tun0", "docker0"]],
  ["fd00::/8", []],
];
for (const [of, expected] of matches) {
  Deno.test(`${of} matches ${expected.length === 0 ? "nothing" : expected.join(", ")}`, () => {
    const rows = tableOf([entry({ of, priority: 42 })]).rowsTowards(HOST);
    const found = rows.filter((row) => row.candidate.priority === 42).map((row) => row.device);
    assertEquals(found.sort(), [...expected].sort());
  });
}

Deno.test("a range of IPv6 addresses matches only within its bits", () => {
  const six = [device("eth0", "2001:db8:1::7"), device("eth1", "2001:db8:2::7")];
  const table = tableOf([entry({ of: "2001:db8:1::/48", priority: 9 })], six);
  const priorities = table.rowsTowards(HOST).map((row) => [row.device, row.candidate.priority]);
  assertEquals(priorities, [["eth1", 1], ["eth0", 9]]);
});

Deno.test("what is only matched is described, and the others stay", () => {
  const table = tableOf([
    entry({ of: "wlan*", metered: true }),
    entry({ of: "vpn", use: "never" }),
  ]);
  assertEquals(keysOf(table), ["eth0", "wlan0", "wwan0"]);
  const wlan = table.rowsTowards(HOST).find((row) => row.device === "wlan0");
  assertEquals(wlan?.candidate.metered, true);
});

Deno.test("what is named is chosen, and the others are left alone", () => {
  const table = tableOf([
    entry({ interface: "wlan0", name: "office" }),
    entry({ interface: "docker0" }),
    entry({ address: "192.0.2.9" }),
  ]);
  assertEquals(keysOf(table), ["office", "docker0", "192.0.2.9"]);
});

Deno.test("two interfaces with one name are told apart", () => {
  const table = tableOf([entry({ of: "w*", name: "air" })]);
  assertEquals(keysOf(table).filter((key) => /air|w/.test(key)).sort(), ["air", "wlan0"]);
});

Deno.test("of two with the same priority the one with the default route comes first", () => {
  const two = [device("eth0", "10.0.1.2"), device("eth1", "10.0.1.3")];
  assertEquals(candidatesOf(tableOf(null, two, { preferred: () => "eth1" })), ["eth1", "eth0"]);
});

Deno.test("a provider that somebody has to confirm is shown but not tried", () => {
  const table = tableOf([entry({ of: "wifi", confirm: true })]);
  assertEquals(candidatesOf(table), ["eth0", "wwan0"]);
  assertEquals(table.towards(HOST).find("wlan0")?.key, "wlan0");
});

Deno.test("an interface without an address, or down, is no provider", () => {
  const table = tableOf(null, [device("eth0", "10.0.1.2", { state: "down" })]);
  assertEquals(candidatesOf(table), ["default"]);
});

Deno.test("an interface with fifty addresses is one provider with all of them", () => {
  const addresses = Array.from({ length: 50 }, (_, i) => ({
    address: `10.0.3.${i + 1}`,
    family: 4 as const,
  }));
  const table = tableOf(null, [device("eth0", "", { addresses })]);
  assertEquals(table.rowsTowards(HOST)[0]?.addresses.length, 50);
});

Deno.test("another address on the same interface counts as a loss", () => {
  const table = tableOf(null, [device("eth0", "10.0.1.2")]);
  assertEquals(table.update([device("eth0", "10.0.1.9")]), [
    { key: "eth0", reason: "its address changed" },
  ]);
  assertEquals(table.update([]), [{ key: "eth0", reason: "eth0 has no address any more" }]);
});

Deno.test("one more address on the same interface is no loss", () => {
  const before = device("eth0", "10.0.1.2");
  const table = tableOf(null, [before]);
  const more = { address: "2001:db8::7", family: 6 } as const;
  assertEquals(table.update([{ ...before, addresses: [...before.addresses, more] }]), []);
});
