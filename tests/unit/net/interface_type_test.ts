import { interfaceType } from "../../../lib/net/interface_type.ts";
import { parseWifiSignals } from "../../../lib/net/wifi_signal.ts";
import { assertEquals } from "../../assert.ts";

const ignore = Deno.build.os !== "linux";

const NAMES = [
  ["eth0", "ethernet"],
  ["enp3s0", "ethernet"],
  ["wlan0", "wifi"],
  ["wlp2s0", "wifi"],
  ["wwan0", "cellular"],
  ["rmnet_data0", "cellular"],
  ["wg0", "vpn"],
  ["tun0", "vpn"],
  ["tailscale0", "vpn"],
  ["docker0", "virtual"],
  ["br-1234", "virtual"],
  ["veth12ab", "virtual"],
  ["strange7", "other"],
] as const;
for (const [name, expected] of NAMES) {
  Deno.test(`${name} is taken for ${expected} by its name`, () => {
    assertEquals(interfaceType(name, "/nowhere"), expected);
  });
}

Deno.test("what Linux says of a device outweighs its name", { ignore }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/lan7/wireless`, { recursive: true });
    await Deno.mkdir(`${folder}/eth7`);
    await Deno.writeTextFile(`${folder}/eth7/uevent`, "DEVTYPE=wwan\nINTERFACE=eth7\n");
    await Deno.mkdir(`${folder}/office`);
    await Deno.writeTextFile(`${folder}/office/tun_flags`, "0x1002\n");
    await Deno.mkdir(`${folder}/p2p1/device`, { recursive: true });
    await Deno.writeTextFile(`${folder}/p2p1/type`, "1\n");
    assertEquals(
      ["lan7", "eth7", "office", "p2p1"].map((name) => interfaceType(name, folder)),
      ["wifi", "cellular", "vpn", "ethernet"],
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a bridge is a network when a card is in it, and one of containers else", {
  ignore,
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const bridge of ["incusbr0", "lan0"]) {
      await Deno.mkdir(`${folder}/${bridge}/brif/port-${bridge}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${bridge}/uevent`, "DEVTYPE=bridge\n");
    }
    await Deno.mkdir(`${folder}/port-incusbr0`);
    await Deno.mkdir(`${folder}/port-lan0/device`, { recursive: true });
    assertEquals(["incusbr0", "lan0"].map((name) => interfaceType(name, folder)), [
      "virtual",
      "ethernet",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const HEADING = `Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
`;

const lines: readonly (readonly [string, string, number])[] = [
  ["in dBm", " wlan0: 0000   48.  -62.  -256        0      0      0      0    223        0", 76],
  ["at its best", " wlan0: 0000   70.  -30.  -256  0 0 0 0 0 0", 100],
  ["at its worst", " wlan0: 0000   2.  -110.  -256  0 0 0 0 0 0", 0],
  ["without dBm", " wlan0: 0000   35.   10.    0.  0 0 0 0 0 0", 50],
];
for (const [name, line, percent] of lines) {
  Deno.test(`a Wi-Fi signal is read ${name}`, () => {
    assertEquals([...parseWifiSignals(`${HEADING}${line}\n`)], [["wlan0", percent]]);
  });
}

Deno.test("a table of Wi-Fi signals that is empty or something else gives none", () => {
  assertEquals([...parseWifiSignals(HEADING)], []);
  assertEquals([...parseWifiSignals("")], []);
  assertEquals([...parseWifiSignals("a\nb\nnonsense: here\n")], []);
});
