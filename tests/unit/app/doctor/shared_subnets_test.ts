import { sharedSubnets } from "../../../../lib/app/doctor/shared_subnets.ts";
import { assertEquals } from "../../../assert.ts";

const ROWS: readonly (readonly [string, readonly string[], string | null])[] = [
  ["the same network", ["192.168.7.2/24", "192.168.7.9/24"], "192.168.7.2/24"],
  ["a network within another", ["10.0.0.1/8", "10.9.0.1/24"], "10.9.0.1/24"],
  ["different networks", ["192.168.7.2/24", "192.168.8.2/24"], null],
  ["different families", ["192.168.7.2/24", "fd00::1/64"], null],
  ["the same network of IPv6", ["fd00::1/64", "fd00::2/64"], "fd00::1/64"],
  ["link-local addresses, which every interface has", ["fe80::1/64", "fe80::2/64"], null],
  ["a tunnel that is everybody's neighbour", ["0.0.0.0/0", "192.168.7.2/24"], null],
];

for (const [what, [one = "", other = ""], network] of ROWS) {
  Deno.test(`two interfaces in ${what} ${network === null ? "are apart" : "are told"}`, () => {
    const found = sharedSubnets([{ name: "wlan0", cidr: one }, { name: "eth0", cidr: other }]);
    assertEquals(found, network === null ? [] : [{ names: ["eth0", "wlan0"], network }]);
  });
}

Deno.test("two addresses of one interface are no two interfaces", () => {
  const addresses = ["192.168.7.2/24", "192.168.7.3/24"];
  assertEquals(sharedSubnets(addresses.map((cidr) => ({ name: "eth0", cidr }))), []);
});
