import { ProviderTable } from "../../../../lib/app/providers/provider_table.ts";
import type { ProviderConfig } from "../../../../lib/config/provider_config.ts";
import type { NetworkInterface } from "../../../../lib/net/interfaces.ts";
import { assert, assertEquals } from "../../../assert.ts";

const SNAPT = "203.0.113.1";

/** Names that no machine has, so that what is real here plays no part. */
function device(name: string, address: string, state: "up" | "down" = "up"): NetworkInterface {
  return { name, kind: "ordinary", state, addresses: [{ address, family: 4 }] };
}

const ETH = device("test-eth", "192.0.2.7");
const WLAN = device("test-wlan", "198.51.100.7");
const LO: NetworkInterface = {
  name: "lo",
  kind: "loopback",
  state: "up",
  addresses: [{ address: "127.0.0.1", family: 4 }],
};

const NOTHING_SAID: ProviderConfig = {
  name: null,
  interface: null,
  address: null,
  match: null,
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
};

function tableOf(
  interfaces: readonly NetworkInterface[],
  configured: readonly Partial<ProviderConfig>[] | null = null,
): ProviderTable {
  const table = new ProviderTable(
    configured?.map((one) => ({ ...NOTHING_SAID, ...one })) ?? null,
  );
  table.update(interfaces);
  return table;
}

function keys(table: ProviderTable, host = SNAPT): readonly string[] {
  return table.towards(host).candidates().map(({ key }) => key);
}

Deno.test("every ordinary interface that is up is a provider when nothing is configured", () => {
  const down = device("test-down", "192.0.2.8", "down");
  const docker = device("docker0", "172.17.0.1");
  assertEquals(keys(tableOf([LO, ETH, down, docker, WLAN])), ["test-eth", "test-wlan"]);
});

Deno.test("where no interface is of use the system is left to choose", () => {
  assertEquals(keys(tableOf([LO])), ["default"]);
  assertEquals(tableOf([]).towards(SNAPT).candidates()[0]?.via, { kind: "any" });
});

Deno.test("a SNAPT on this machine is reached over loopback only", () => {
  for (const host of ["localhost", "127.0.0.1", "::1"]) {
    assertEquals(keys(tableOf([LO, ETH]), host), ["lo"]);
  }
});

Deno.test("configured providers come in their order, under their names, while they are there", () => {
  const configured = [{ interface: "test-wlan", name: "wifi" }, { interface: "test-eth" }, {
    interface: "test-usb",
  }, { address: "192.0.2.7" }];
  assertEquals(keys(tableOf([ETH, WLAN], configured)), ["wifi", "test-eth", "192.0.2.7"]);
  assertEquals(keys(tableOf([ETH], configured)), ["test-eth", "192.0.2.7"]);
  assertEquals(keys(tableOf([], [{ interface: "test-usb" }])), ["default"]);
});

Deno.test("configured providers are used for a SNAPT on this machine too", () => {
  assertEquals(keys(tableOf([ETH], [{ address: "127.0.0.2" }]), "127.0.0.1"), ["127.0.0.2"]);
});

Deno.test("find knows names, interfaces that are not in the table, and own addresses", () => {
  const towards = tableOf([ETH, WLAN], [{ interface: "test-wlan", name: "wifi" }]).towards(SNAPT);
  const via = { kind: "device", device: "test-wlan", addresses: ["198.51.100.7"] } as const;
  assertEquals(towards.find("wifi"), { key: "wifi", via });
  assertEquals(towards.find("test-eth")?.via.kind, "device");
  assertEquals(towards.find("192.0.2.7")?.via, { kind: "address", address: "192.0.2.7" });
  assertEquals(towards.find("127.0.0.9")?.via, { kind: "address", address: "127.0.0.9" });
});

Deno.test("find gives nothing for what is not there or down", () => {
  const { find } = tableOf([device("test-down", "192.0.2.8", "down")]).towards(SNAPT);
  for (const key of ["test-usb", "test-down", "203.0.113.200", ""]) assertEquals(find(key), null);
});

Deno.test("find looks again before it gives up, and does not fail when it cannot", () => {
  const looks = [[ETH], [ETH, WLAN]];
  const table = new ProviderTable(null, {
    interfaces: () => {
      const interfaces = looks.shift();
      if (interfaces === undefined) {
        throw Object.assign(new Error("Too many open files"), { code: "EMFILE" });
      }
      return interfaces;
    },
  });
  const { find } = table.towards(SNAPT);
  assertEquals(find("test-wlan")?.key, "test-wlan");
  assertEquals(find("test-usb"), null);
  assertEquals(find("test-eth")?.key, "test-eth");
});

Deno.test("update tells which providers are gone, down or have another address, and why", () => {
  const table = tableOf([ETH, WLAN, device("test-usb", "192.0.2.99")]);
  const lost = table.update([
    device("test-eth", "192.0.2.70"),
    device("test-wlan", "198.51.100.7", "down"),
  ]);
  assertEquals(
    new Map(lost.map(({ key, reason }) => [key, reason])),
    new Map([
      ["test-eth", "its address changed"],
      ["test-wlan", "test-wlan is down"],
      ["test-usb", "test-usb has no address any more"],
    ]),
  );
  assertEquals(table.update([device("test-eth", "192.0.2.70")]), []);
});

Deno.test("a further address, or a new interface, is no loss", () => {
  const table = tableOf([ETH]);
  const second = { address: "192.0.2.200", family: 4 } as const;
  assertEquals(table.update([{ ...ETH, addresses: [...ETH.addresses, second] }, WLAN]), []);
  assertEquals(keys(table), ["test-eth", "test-wlan"]);
});

Deno.test("a configured provider that goes is told of by its name", () => {
  const table = tableOf([WLAN], [{ interface: "test-wlan", name: "wifi" }]);
  assertEquals(table.update([]), [{ key: "wifi", reason: "test-wlan has no address any more" }]);
  assert(keys(table).includes("default"));
});

Deno.test("the way that the system chooses is never lost", () => {
  assertEquals(tableOf([]).update([ETH]), []);
});

Deno.test("what has to be confirmed is no candidate before it is, nor after it was left", () => {
  const table = tableOf([WLAN], [{ interface: "test-wlan", confirm: true }]);
  assertEquals(keys(table), []); // above all not by the system's own choice
  table.confirm("test-wlan");
  assertEquals(keys(table), ["test-wlan"]);
  table.keepConfirmed((key) => key === "test-wlan");
  assertEquals(keys(table), ["test-wlan"]);
  table.keepConfirmed(() => false);
  assertEquals(keys(table), []);
  assertEquals(table.towards(SNAPT).find("test-wlan")?.key, "test-wlan");
});

Deno.test("the rule of a provider is asked for once and follows the table", () => {
  let looks = 0;
  const table = new ProviderTable(
    [{ ...NOTHING_SAID, interface: "test-wlan", services: ["ssh"] }],
    {
      interfaces: () => [ETH, WLAN],
      signals: () => {
        looks += 1;
        return new Map();
      },
    },
  );
  looks = 0;
  for (let i = 0; i < 100; i++) {
    assertEquals(table.ruleOf("test-wlan"), { kind: "only", names: new Set(["ssh"]) });
    assertEquals(table.ruleOf("test-eth"), { kind: "all" });
  }
  assert(looks <= 2, `${looks} looks`);
  table.update([]);
  assertEquals(table.ruleOf("test-wlan").kind, "only");
});

Deno.test("the providers on a device are those that use it, or that run a tunnel over it", () => {
  const tunnel = device("test-tun", "10.8.0.2");
  const up = { kind: "line", line: "true" } as const;
  const vpn = { interface: "test-tun", up, down: null };
  const table = tableOf([ETH, WLAN, tunnel], [
    { interface: "test-eth", name: "office", vpn },
    { match: { kind: "type", type: "other" } },
  ]);
  assertEquals(table.keysOn(["test-tun"]), ["office"]);
  assertEquals(table.keysOn(["test-eth", "no-such"]), ["office"]);
  assertEquals(table.keysOn(["no-such"]), []);
  assertEquals(table.keysOn([]).length, table.rowsTowards(SNAPT).length);
});

const said = (...entries: readonly Partial<ProviderConfig>[]) =>
  entries.map((one) => ({ ...NOTHING_SAID, ...one }));
const NOBODY = () => false;

Deno.test("other entries give other providers, and what they give no longer is told as gone", () => {
  const table = tableOf([ETH, WLAN], [{ interface: "test-eth" }, { interface: "test-wlan" }]);
  const wanted = said({ interface: "test-wlan", name: "wifi", services: ["ssh"] });
  assertEquals(table.useConfigured(wanted, NOBODY), []);
  assertEquals([keys(table), table.configured], [["wifi"], wanted]);
  assertEquals(table.letGo().map(({ key }) => key), ["test-eth", "test-wlan"]);
  assertEquals(table.ruleOf("wifi"), { kind: "only", names: new Set(["ssh"]) });
  assertEquals(table.letGo(), []);
});

Deno.test("a provider in use that no entry gives stays until it is let go, but nothing leads to it", () => {
  const table = tableOf([ETH, WLAN], [{ interface: "test-eth" }]);
  const isUsed = (key: string) => key === "test-eth";
  assertEquals(table.useConfigured(said({ interface: "test-wlan" }), isUsed), ["test-eth"]);
  assertEquals(table.waysTowards(SNAPT), ["test-wlan"]);
  assertEquals(table.update([ETH, WLAN]), [], "a look meanwhile does not end it");
  assertEquals(table.told("test-eth")?.said?.interface, "test-eth");
  assertEquals(table.letGo().map(({ key }) => key), ["test-eth"]);
  assertEquals([keys(table), table.told("test-eth")], [["test-wlan"], null]);
});

Deno.test("entries that are taken back leave everything as it was", () => {
  const table = tableOf([ETH], [{ interface: "test-eth" }]);
  const before = table.configured;
  assertEquals(table.useConfigured(said({ interface: "test-gone" }), () => true), ["test-eth"]);
  assertEquals(table.waysTowards(SNAPT), []);
  table.useConfigured(before, NOBODY);
  assertEquals([table.letGo(), keys(table)], [[], ["test-eth"]]);
});
