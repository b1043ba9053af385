import { whyUnused } from "../../../../lib/app/doctor/why_unused.ts";
import { type ProviderConfig, providers } from "../../../../lib/config/provider_config.ts";
import { readConfig } from "../../../../lib/config/schema.ts";
import type { ProviderType } from "../../../../lib/core/decision/candidate.ts";
import type { NetworkInterface } from "../../../../lib/net/interfaces.ts";
import { assert, assertEquals } from "../../../assert.ts";

const ETH: NetworkInterface = {
  name: "eth1",
  kind: "ordinary",
  state: "up",
  addresses: [{ address: "192.168.7.2", family: 4 }],
};

function said(yaml: string): readonly ProviderConfig[] {
  return readConfig(yaml, "test.yaml", providers);
}

const ROWS: readonly (readonly [
  string,
  Partial<NetworkInterface>,
  ProviderType,
  string,
  string,
])[] = [
  ["this machine only", { kind: "loopback" }, "other", "[]", "ok"],
  ["use: never", {}, "ethernet", '[{ match: "eth*", use: never }]', "ok"],
  ["no carrier", { state: "down" }, "ethernet", "[]", "attention"],
  ["no other network leads to SNAPT", {}, "vpn", "[]", "ok"],
  ["containers", {}, "virtual", "[]", "ok"],
  ["names other interfaces", {}, "ethernet", "[{ interface: eth0 }]", "attention"],
];

for (const [words, changes, type, yaml, level] of ROWS) {
  Deno.test(`an interface that is not used is explained: ${words}`, () => {
    const unused = whyUnused({ ...ETH, ...changes }, type, said(yaml));
    assert(unused.why.includes(words), unused.why);
    assertEquals(unused.level, level);
    assertEquals(unused.remedy !== "", level === "attention");
  });
}
