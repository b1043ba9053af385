import {
  parseDefaultRoute,
  parseDefaultRoutes,
  parseIpv6DefaultRoute,
} from "../../../lib/net/default_route.ts";
import { assertEquals } from "../../assert.ts";

const HEADING =
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
const IPV4 = `${HEADING}wlan0\t00000000\t0100020A\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0100010A\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t0000010A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
`;
const NOWHERE = "0".repeat(32);
const GATEWAY = "fe800000000000000000000000000001";
const IPV6 = [
  `20010db8000000000000000000000000 40 ${NOWHERE} 00 ${NOWHERE} 00000100 00000001 00000000 00000001     eth0`,
  `${NOWHERE} 00 ${NOWHERE} 00 ${GATEWAY} 00000258 00000001 00000000 00000003    wlan0`,
  `${NOWHERE} 00 ${NOWHERE} 00 ${GATEWAY} 00000064 00000001 00000000 00000003     eth0`,
  `${NOWHERE} 00 ${NOWHERE} 00 ${NOWHERE} ffffffff 00000001 00000000 00200200       lo`,
].join("\n");

Deno.test("the default route with the lowest metric is preferred", () => {
  assertEquals(parseDefaultRoute(IPV4), "eth0");
  assertEquals(parseDefaultRoutes(IPV4), ["wlan0", "eth0"]);
  assertEquals(parseIpv6DefaultRoute(IPV6), "eth0");
});

Deno.test("where there is no default route none is found", () => {
  assertEquals(parseDefaultRoute(HEADING), null);
  assertEquals(parseIpv6DefaultRoute(IPV6.split("\n").slice(3).join("\n")), null);
  assertEquals([parseDefaultRoute(""), parseIpv6DefaultRoute("")], [null, null]);
});
