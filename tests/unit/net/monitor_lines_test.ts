import { devicesNamed } from "../../../lib/net/monitor_lines.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("the devices are found in what `ip monitor` says of links, addresses and routes", () => {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["3: wlan0@if2: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP group default \\    link/ether", [
      "wlan0",
    ]],
    ["3: wlan0    inet 10.1.0.3/24 scope global secondary wlan0\\       valid_lft forever", [
      "wlan0",
    ]],
    ["Deleted 3: wlan0    inet6 fe80::1/64 scope link \\       valid_lft forever", ["wlan0"]],
    ["Deleted default via 10.1.0.1 dev wlan0 metric 100", ["wlan0"]],
    ["[ROUTE]local 10.1.0.3 dev wlan0 table local proto kernel", ["wlan0"]],
    ["[LINK]3: wlan0: <UP>", ["wlan0"]],
    [
      "default \\\tnexthop via 10.1.0.1 dev eth0 weight 1 \\\tnexthop via 10.2.0.1 dev wwan0 weight 1",
      [
        "eth0",
        "wwan0",
      ],
    ],
    ["got message of size 136 on Fri Nov 27 13:30:00 2026", []],
    ["", []],
  ];
  for (const [line, devices] of lines) assertEquals(devicesNamed(line), devices, line);
  assertEquals(devicesNamed("3: wlan0: <UP>\nblackhole 10.0.0.0/8\n4: eth0: <UP>\n"), [
    "wlan0",
    "eth0",
  ]);
});
